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

/** The whole transaction may be run again. */
export function isTransient({ labels }: ErrorSummary): boolean {
  return labels.includes('TransientTransactionError');
}

/** The server is no primary any more, or is shutting down: the codes of the server discovery specification. */
const changesOfState: ReadonlySet<ErrorSummary['code']> = new Set([
  91, 189, 10107, 11600, 11602, 13435, 13436,
]);

const network = /^Mongo(Network|Pool|ServerSelection)/;

/** The connection or the primary was lost: nothing that another transaction has done. */
export function isFailover({ name, code }: ErrorSummary): boolean {
  return network.test(name) || changesOfState.has(code);
}
