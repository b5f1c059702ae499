import type { ErrorSummary, Operation, Site } from '../../session/events.ts';
import type { TransactionRecord } from '../../session/record.ts';
import { describe } from '../describe.ts';
import { conflictingOperation, isTransient, noSuchTransaction } from './server-codes.ts';

/** Why an attempt of a transaction has failed. */
export interface RetryCause {
  readonly error: ErrorSummary;
  /** The command that was answered with it, and the collection in question. */
  readonly operation: string;
  readonly site: Site | undefined;
  readonly ofCommit: boolean;
}

/** Why the last transaction of a session has failed; `other` if no conflict with others was the reason. */
export class RetryCauses {
  readonly #failedCommits = new WeakMap<TransactionRecord, RetryCause>();
  /** What the first conflict of a transaction was about. */
  readonly #targets = new WeakMap<TransactionRecord, string>();
  /** In the way of these was a transaction around them: nested-transaction speaks, and no order among others would help. */
  readonly #ownFault = new WeakSet<TransactionRecord>();

  conflicted(
    transaction: TransactionRecord,
    { namespace = '' }: Operation,
    documents: number | undefined,
    ownFault: boolean,
  ): void {
    if (!this.#targets.has(transaction)) this.#targets.set(transaction, `${namespace} ${documents ?? ''}`);
    if (ownFault) this.#ownFault.add(transaction);
  }

  /** The collection, and a number of the documents where it is known. */
  targetOf(transaction: TransactionRecord): string {
    return this.#targets.get(transaction) ?? [...transaction.namespaces].join();
  }

  commitFailed(transaction: TransactionRecord, error: ErrorSummary): void {
    this.#failedCommits.set(transaction, causeOfCommit(transaction, error));
  }

  /** @returns undefined where none of the transaction's own operations has failed */
  of(transaction: TransactionRecord, at: number): RetryCause | 'other' | undefined {
    if (transaction.phase === 'committed' || this.#ownFault.has(transaction)) return 'other';
    const cause = causeOfAttempt(transaction) ?? this.#failedCommits.get(transaction);
    return cause === undefined || isConflict(cause, at - transaction.startedAt) ? cause : 'other';
  }
}

function causeOfCommit(transaction: TransactionRecord, error: ErrorSummary): RetryCause {
  const used = [...transaction.namespaces].slice(0, 3).join(', ');
  const operation = used === '' ? 'its commit' : `the commit of what it does on ${used}`;
  return { error, operation, site: transaction.site, ofCommit: true };
}

/** The first operation that failed; undefined if none of the transaction's own has. */
function causeOfAttempt({ firstFailure }: TransactionRecord): RetryCause | undefined {
  if (firstFailure === undefined) return undefined;
  const { error, operation } = firstFailure;
  return { error, operation: describe(operation), site: operation.site, ofCommit: false };
}

/**
 * Others were in the way, as far as that can be told. An error that is not transient was swallowed; operations that met
 * others of their own transaction, and a transaction that the server gave up because it took long, have rules of their own.
 */
function isConflict({ error, ofCommit }: RetryCause, tookMS: number): boolean {
  if (!isTransient(error) || error.code === conflictingOperation) return false;
  return error.code !== noSuchTransaction || (ofCommit && tookMS < 1000);
}
