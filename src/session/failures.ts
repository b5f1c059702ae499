import type { EventOf, Operation } from './events.ts';
import type { Failure, TransactionRecord } from './record.ts';

/** NoSuchTransaction: all that the server says of a transaction that it has aborted. */
const noSuchTransaction = 251;

/** Nearly no transaction has any: they share this empty list, which is never written. */
export const noFailures: Failure[] = [];

/**
 * The one book of what has failed in a transaction: rules and thrown errors name the same cause, since both read
 * `firstFailure`. What was sent after a failure was answered, and succeeded, shows that the failure did no harm.
 */
export function noteSettled(
  transaction: TransactionRecord,
  operation: Operation,
  { at, sentAt = operation.at, error }: EventOf<'operation.settled'>,
): void {
  // A batch's error is seen again, as the user sees it, when its bulk write settles; a helper's is that of an operation.
  if (operation.kind === 'batch' || operation.kind === 'helper') return;
  if (isLeftover(operation, transaction)) return;
  if (error === undefined) forgetHarmless(transaction, sentAt);
  else if (error.reachedServer) note(transaction, { operation, error, at, sentAt });
}

/** Begun in an earlier transaction of the session, and answered in this one. */
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

/** A NoSuchTransaction can be answered before the error that it follows from, where both were in flight at once. */
function firstOf(failures: readonly Failure[]): Failure | undefined {
  const [first] = failures;
  if (first?.error.code !== noSuchTransaction) return first;
  const cause = failures.find(({ error, sentAt }) => error.code !== noSuchTransaction && sentAt < first.at);
  return cause ?? first;
}
