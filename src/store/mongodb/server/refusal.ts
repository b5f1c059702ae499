import { markRefused } from '../../backend/refused.ts';

/** The server's code of an error; undefined for an error that is not from the server. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

const duplicateKey = 11_000;

/** True if a document with this id exists. False if another unique index of the application refuses the document. */
export function isTakenId(error: unknown): boolean {
  if (codeOf(error) !== duplicateKey || !(error instanceof Error)) return false;
  const keyPattern: unknown = 'keyPattern' in error ? error.keyPattern : undefined;
  return typeof keyPattern !== 'object' || keyPattern === null || '_id' in keyPattern;
}

/** NotWritablePrimary, NotPrimaryNoSecondaryOk: the command was sent to a member that is not the primary. */
const notPrimary = new Set<unknown>([10_107, 13_435]);

/**
 * A command that was interrupted, or whose confirmation is missing, may have been done: time limits, shutdowns, step-downs,
 * write concerns.
 */
const open = new Set<unknown>([
  6, 7, 50, 64, 79, 89, 91, 100, 189, 262, 8000, 9001, 11_600, 11_601, 11_602, 13_436,
]);

/**
 * Marks an error that means that nothing was done: the server has refused the command. Each command of the store writes one
 * document, completely or not at all.
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
