import { leadsTo } from './leads-to.ts';
import type { Operation } from '../session/events.ts';
import { isLeftover } from '../session/failures.ts';
import type { SessionRecord } from '../session/record.ts';

/** NoSuchTransaction: all that the server says of a transaction that it has aborted. */
const noSuchTransaction = 251;

/**
 * The error objects of one attempt of a transaction, so that the caller gets the first one instead of what it led to. Which one
 * is the first stands in the record (`firstFailure`): a finding and a thrown error name the same.
 */
export class AttemptErrors {
  readonly #record: SessionRecord;
  #errors: Map<Operation, unknown> | undefined;

  constructor(record: SessionRecord) {
    this.#record = record;
  }

  note(operation: Operation, error: unknown): void {
    // A batch's error comes again as the error of its bulk write, which is the object that the user holds.
    if (operation.kind === 'batch' || isLeftoverOf(this.#record, operation)) return;
    this.#errors ??= new Map();
    this.#errors.set(operation, error);
  }

  /** The operation whose error this very object is. */
  operationOf(error: unknown): Operation | undefined {
    for (const [operation, own] of this.#errors ?? []) if (own === error) return operation;
    return undefined;
  }

  /** True if an error is, or leads to, a transient one of the attempt; undefined if there is none. */
  leadsToTransient(error: unknown): boolean | undefined {
    const transient = [...(this.#errors?.values() ?? [])].filter(own => safely(() => isTransient(own)));
    return transient.length === 0 ? undefined : leadsTo(error, new Set(transient));
  }

  /** The same for what a callback is rejected with, which may be the error of another transaction. */
  causeOfOwn(error: unknown): unknown {
    return this.operationOf(error) === undefined ? error : this.causeOf(error);
  }

  /**
   * The cause behind a `NoSuchTransaction` of this attempt: its first error, the same object. Any other error is returned
   * as it is, and so is one that the user's own code has made.
   */
  causeOf(error: unknown): unknown {
    const first = this.#record.transaction?.firstFailure?.operation;
    if (first === undefined || !this.#errors?.has(first)) return error;
    return safely(() => isNoSuchTransaction(error)) ? this.#errors.get(first) : error;
  }

  /**
   * What the caller of a failed operation gets under protection. A transaction runner tells the first error by itself, when its
   * callback is over.
   */
  answerOf(operation: Operation, error: unknown): unknown {
    if (operation.kind === 'batch' || isLeftoverOf(this.#record, operation)) return error;
    return this.#record.transaction?.by === 'user' ? this.causeByHand(error) : this.withCause(error);
  }

  /**
   * The same for an operation or a commit of a transaction by hand. There a *transient* first error stays behind the
   * `NoSuchTransaction`, which is as transient, and has it as its `cause`: the specification's tests ask for the error of the
   * server (`transactions/tests/unified/errors`, "write conflict commit"). Any other first error takes its place, since the
   * label of a `NoSuchTransaction` would send a loop by hand round and round after what fails each time.
   */
  causeByHand(error: unknown): unknown {
    const cause = this.causeOf(error);
    return cause === error || safely(() => isTransient(cause)) ? this.withCause(error) : cause;
  }

  /** A `NoSuchTransaction` of this attempt, as it is, with the first error as its `cause`; any other error is left alone. */
  withCause(error: unknown): unknown {
    const cause = this.causeOf(error);
    if (cause !== error) safely(() => setCause(error, cause));
    return error;
  }
}

function isLeftoverOf({ transaction }: SessionRecord, operation: Operation): boolean {
  return transaction !== undefined && isLeftover(operation, transaction);
}

/** What was thrown may be anything, and may throw when it is read. */
function safely(read: () => boolean): boolean {
  try {
    return read();
  } catch {
    return false;
  }
}

/** Not enumerable, as the constructor of an error sets it. */
function setCause(error: unknown, cause: unknown): boolean {
  if (typeof error !== 'object' || error === null || 'cause' in error) return false;
  return Reflect.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
}

function isTransient(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('errorLabels' in error)) return false;
  return Array.isArray(error.errorLabels) && error.errorLabels.includes('TransientTransactionError');
}

export function isNoSuchTransaction(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === noSuchTransaction && 'errorLabels' in error;
}
