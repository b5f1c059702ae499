import { markRefused } from '../../backend/refused.ts';
import { codeOf } from './error-code.ts';

/** NotWritablePrimary, NotPrimaryNoSecondaryOk: asked of another member than the primary. */
const notPrimary = new Set<unknown>([10_107, 13_435]);

/** What was interrupted, or was not waited for, may have been done: time limits, shutdowns, steps down, write concerns. */
const open = new Set<unknown>([
  6, 7, 50, 64, 79, 89, 91, 100, 189, 262, 8000, 9001, 11_600, 11_601, 11_602, 13_436,
]);

/**
 * Marks an error that says that nothing was done: the server has refused the command. Each command of the store writes one document,
 * as a whole or not at all.
 */
export function markedIfRefused<E>(error: E): E {
  return isRefusal(error) ? markRefused(error) : error;
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (hasLabel(error, 'NoWritesPerformed')) return true;
  const code = codeOf(error);
  if (typeof code !== 'number' || 'writeConcernError' in error || error.name === 'MongoWriteConcernError')
    return false;
  if (notPrimary.has(code)) return true;
  return !open.has(code) && !hasLabel(error, 'RetryableWriteError');
}

function hasLabel(error: Error, label: string): boolean {
  const { errorLabels }: { errorLabels?: unknown } = error as { errorLabels?: unknown };
  return Array.isArray(errorLabels) && errorLabels.includes(label);
}
