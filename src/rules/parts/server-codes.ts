import type { ErrorSummary } from '../../session/events.ts';

/** NoSuchTransaction: the server has aborted the transaction, and says so to whatever comes next. */
export const noSuchTransaction = 251;

/** ConflictingOperationInProgress: two operations of one transaction have met. */
export const conflictingOperation = 117;

/** OperationNotSupportedInTransaction, and writing to a system collection in one. */
const refusals: ReadonlySet<ErrorSummary['code']> = new Set([263, 50791]);

/** The server does not take the command in a transaction, whatever the transaction has done before. */
export function isRefusal({ code }: ErrorSummary): boolean {
  return refusals.has(code);
}

/** The whole transaction may be run again. */
export function isTransient({ labels }: ErrorSummary): boolean {
  return labels.includes('TransientTransactionError');
}
