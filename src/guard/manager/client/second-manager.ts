import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';
import { processWide } from '../../../platform/process-wide.ts';
import { createHash } from 'node:crypto';

/** The key of a connection string in process-wide state: the string itself may have a password. */
export function deploymentKey(uri: string): string {
  return createHash('sha256').update(uri).digest('base64');
}

interface Known {
  /** A digest, because client options may also have passwords. */
  readonly options: string;
  readonly isClosed: () => boolean;
}

const open = processWide('open managers', () => new Map<string, Known>());

/** Warns once if two open managers have the same connection string and options: they have two pools, and one is enough. */
export function noteManager(
  uri: string,
  options: { readonly client?: object | undefined },
  isClosed: () => boolean,
): void {
  const key = deploymentKey(uri);
  const known = open.get(key);
  const mine: Known = { options: deploymentKey(JSON.stringify(options.client ?? {}, plainly)), isClosed };
  if (known !== undefined && !known.isClosed() && known.options === mine.options) warn();
  open.set(key, mine);
}

/** Options may have values that JSON cannot express (certificates, functions): then the managers count as different. */
function plainly(_name: string, value: unknown): unknown {
  return typeof value === 'function' || typeof value === 'bigint' ? Math.random() : value;
}

function warn(): void {
  notice(
    warningCodes.secondManager,
    'A second ConnectionManager for the same deployment was made while the first is open: each has a pool of its own. ' +
      'Make one per process, or use ConnectionManager.shared(uri).',
  );
}
