import { hiddenField } from '../../../platform/hidden-field.ts';
import type { ErrorSummary, Operation, Site } from '../../events/events.ts';
import type { TransactionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import {
  conflictingOperation,
  isFailover,
  isTransient,
  noSuchTransaction,
} from '../../events/server-codes.ts';

/** Why an attempt of a transaction has failed. */
export interface RetryCause {
  readonly error: ErrorSummary;
  /** The command that got this error, and its collection. */
  readonly operation: string;
  readonly site: Site | undefined;
  readonly ofCommit: boolean;
}

/** Why the last transaction of a session has failed; `other` if the reason was not a conflict. */
export class RetryCauses {
  readonly #failedCommits = new WeakMap<TransactionRecord, RetryCause>();
  /** The object of the first conflict of a transaction. */
  readonly #targets = hiddenField<TransactionRecord, string>();
  /** These transactions conflict with an outer transaction: nested-transaction reports them, and serializing would not help. */
  readonly #ownFault = new WeakSet<TransactionRecord>();

  conflicted(
    transaction: TransactionRecord,
    { namespace = '' }: Operation,
    documents: number | undefined,
    ownFault: boolean,
  ): void {
    if (this.#targets.get(transaction) === undefined)
      this.#targets.set(transaction, `${namespace} ${documents ?? ''}`);
    if (ownFault) this.#ownFault.add(transaction);
  }

  /** The collection, and the number of the documents if it is known. */
  targetOf(transaction: TransactionRecord): string {
    return this.#targets.get(transaction) ?? transaction.namespaces.join();
  }

  commitFailed(transaction: TransactionRecord, error: ErrorSummary): void {
    this.#failedCommits.set(transaction, causeOfCommit(transaction, error));
  }

  /** @returns undefined if none of the transaction's own operations has failed */
  of(transaction: TransactionRecord, at: number): RetryCause | 'other' | undefined {
    if (transaction.phase === 'committed' || this.#ownFault.has(transaction)) return 'other';
    const cause = causeOfAttempt(transaction) ?? this.#failedCommits.get(transaction);
    return cause === undefined || isConflict(cause, at - transaction.startedAt) ? cause : 'other';
  }
}

function causeOfCommit(transaction: TransactionRecord, error: ErrorSummary): RetryCause {
  const used = transaction.namespaces.slice(0, 3).join(', ');
  const operation = used === '' ? 'its commit' : `the commit of what it does on ${used}`;
  return { error, operation, site: transaction.site, ofCommit: true };
}

/** The first operation that failed; undefined if none of the transaction's own operations has failed. */
function causeOfAttempt({ firstFailure }: TransactionRecord): RetryCause | undefined {
  if (firstFailure === undefined) return undefined;
  const { error, operation } = firstFailure;
  return { error, operation: describe(operation), site: operation.site, ofCommit: false };
}

/**
 * The transaction conflicted with others, as far as is known. Other causes have their own rules: a swallowed error that is not
 * transient, parallel operations of one transaction, and a transaction that the server aborted because it took too long. After a
 * failover nobody has conflicted.
 */
function isConflict({ error, ofCommit }: RetryCause, tookMS: number): boolean {
  if (!isTransient(error) || error.code === conflictingOperation || isFailover(error)) return false;
  return error.code !== noSuchTransaction || (ofCommit && tookMS < 1000);
}
