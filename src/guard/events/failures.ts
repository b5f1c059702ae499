import type { EventOf, Operation } from './events.ts';
import type { Failure, TransactionRecord } from './record.ts';
import { noSuchTransaction } from './server-codes.ts';

/** Nearly all transactions have no failures: they share this empty list, which is never changed. */
export const noFailures: Failure[] = [];

/**
 * The only record of failures in a transaction: rules and thrown errors name the same cause, because both read `firstFailure`.
 * If an operation was sent after the answer with the failure, and it succeeded, the failure did no harm.
 */
export function noteSettled(
  transaction: TransactionRecord,
  operation: Operation,
  { at, sentAt = operation.at, error }: EventOf<'operation.settled'>,
): void {
  // The error of a batch comes again, as the user gets it, when its bulk write settles; the error of a joined `withTxn` is the
  // error of an operation.
  if (operation.kind === 'batch' || operation.kind === 'runner') return;
  if (isLeftover(operation, transaction)) return;
  if (error === undefined) forgetHarmless(transaction, sentAt);
  else if (error.reachedServer) note(transaction, { operation, error, at, sentAt });
}

/** Started in an earlier transaction of the session, and answered in this one. */
export function isLeftover(operation: Operation, transaction: TransactionRecord): boolean {
  return operation.at < transaction.startedAt;
}

function forgetHarmless(transaction: TransactionRecord, sentAt: number): void {
  const { failures } = transaction;
  if (failures.length === 0) return;
  transaction.failures = failures.filter(failure => failure.at > sentAt);
  transaction.firstFailure = firstOf(transaction.failures);
}

function note(transaction: TransactionRecord, failure: Failure): void {
  if (transaction.failures === noFailures) transaction.failures = [];
  transaction.failures.push(failure);
  transaction.firstFailure = firstOf(transaction.failures);
}

/** A NoSuchTransaction can arrive before the error that caused it, if both operations were in flight at once. */
function firstOf(failures: readonly Failure[]): Failure | undefined {
  const [first] = failures;
  if (first?.error.code !== noSuchTransaction) return first;
  const cause = failures.find(({ error, sentAt }) => error.code !== noSuchTransaction && sentAt < first.at);
  return cause ?? first;
}
