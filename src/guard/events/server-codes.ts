import type { ErrorSummary } from './operation.ts';

/** NoSuchTransaction: the server has aborted the transaction, and answers this to the next operation. */
export const noSuchTransaction = 251;

/** ConflictingOperationInProgress: two operations of one transaction have met. */
export const conflictingOperation = 117;

/** OperationNotSupportedInTransaction, and writing to a system collection in one. */
const refusals: ReadonlySet<ErrorSummary['code']> = new Set([263, 50791]);

/** The server does not allow the command in a transaction, whatever the transaction has done before. */
export function isRefusal({ code }: ErrorSummary): boolean {
  return refusals.has(code);
}

const transient = 'TransientTransactionError';

/** The whole transaction may be run again. */
export function isTransient({ labels }: ErrorSummary): boolean {
  return labels.includes(transient);
}

/** The same for an error as it was thrown. Anything can be thrown, also an object that throws when it is read. */
export function isTransientError(error: unknown): boolean {
  try {
    if (typeof error !== 'object' || error === null || !('errorLabels' in error)) return false;
    return Array.isArray(error.errorLabels) && error.errorLabels.includes(transient);
  } catch {
    return false;
  }
}

/** The server is not a primary any more, or is shutting down: the codes of the server discovery specification. */
const changesOfState: ReadonlySet<ErrorSummary['code']> = new Set([
  91, 189, 10107, 11600, 11602, 13435, 13436,
]);

const network = /^Mongo(Network|Pool|ServerSelection)/;

/** The connection or the primary was lost: nothing that another transaction has done. */
export function isFailover({ name, code }: ErrorSummary): boolean {
  return network.test(name) || changesOfState.has(code);
}
