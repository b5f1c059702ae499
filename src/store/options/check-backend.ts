import { invalidArgument } from '../../errors/errors.ts';
import type { SessionBackend } from '../backend/backend.ts';

const methods = [
  'setUp',
  'read',
  'insert',
  'refresh',
  'write',
  'remove',
  'list',
  'readRevocationMark',
  'endAll',
  'setUpCommands',
] as const satisfies readonly (keyof SessionBackend)[];

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, also for a client or a function instead of a back end */
export function checkBackend(backend: unknown): void {
  const given: Partial<Record<string, unknown>> =
    typeof backend === 'object' && backend !== null ? backend : {};
  const missing: string[] = methods.filter(name => typeof given[name] !== 'function');
  if (typeof given['name'] !== 'string') missing.push('name');
  if (missing.length === 0) return;
  throw invalidArgument(
    `sessionStore takes a back end first, such as memoryBackend() or redisBackend(client); this one lacks ${missing.join(', ')}.`,
  );
}
