import { causesOf, leadsTo } from '../../../platform/leads-to.ts';
import type { Operation } from '../../events/events.ts';
import { isLeftover } from '../../events/failures.ts';
import type { SessionRecord } from '../../events/record.ts';
import { isTransientError, noSuchTransaction } from '../../events/server-codes.ts';

/**
 * The error objects of one attempt of a transaction, so that the caller gets the first one instead of those that follow from it.
 * The record (`firstFailure`) says which one is the first: a finding and a thrown error name the same one.
 */
export class AttemptErrors {
  readonly #record: SessionRecord;
  #errors: Map<Operation, unknown> | undefined;

  constructor(record: SessionRecord) {
    this.#record = record;
  }

  note(operation: Operation, error: unknown): void {
    // The error of a batch comes again as the error of its bulk write, which is the object that the user gets.
    if (operation.kind === 'batch' || isLeftoverOf(this.#record, operation)) return;
    this.#errors ??= new Map();
    this.#errors.set(operation, error);
  }

  /** The operation that failed with exactly this object. */
  operationOf(error: unknown): Operation | undefined {
    for (const [operation, own] of this.#errors ?? []) if (own === error) return operation;
    return undefined;
  }

  /** True if an error is a transient one of the attempt, or has one as its cause; undefined if there is none. */
  leadsToTransient(error: unknown): boolean | undefined {
    const transient = [...(this.#errors?.values() ?? [])].filter(isTransientError);
    return transient.length === 0 ? undefined : leadsTo(error, new Set(transient));
  }

  /**
   * The transient error of the attempt that an error of the user's own was made of: by its `cause`, or by the `errors` of an
   * `AggregateError`, at any depth. Undefined for an error that asks for another attempt by itself, and where the attempt has
   * failed for a reason that comes again.
   */
  transientBehind(error: unknown): unknown {
    if (this.#errors === undefined || isTransientError(error)) return undefined;
    const own = new Set(this.#errors.values());
    const found = causesOf(error).find(cause => own.has(cause) && isTransientError(cause));
    return found !== undefined && isTransientError(this.causeOf(found)) ? found : undefined;
  }

  /** The same for the error of a callback, which may be the error of another transaction. */
  causeOfOwn(error: unknown): unknown {
    return this.operationOf(error) === undefined ? error : this.causeOf(error);
  }

  /**
   * The cause of a `NoSuchTransaction` of this attempt: its first error, the same object. Any other error is returned unchanged,
   * and so is an error of the user's own code.
   */
  causeOf(error: unknown): unknown {
    const first = this.#record.transaction?.firstFailure?.operation;
    if (first === undefined || !this.#errors?.has(first)) return error;
    return safely(() => isNoSuchTransaction(error)) ? this.#errors.get(first) : error;
  }

  /**
   * The error that the caller of a failed operation gets under protection. A transaction runner rejects with the first error
   * itself, when its callback is over.
   */
  answerOf(operation: Operation, error: unknown): unknown {
    if (operation.kind === 'batch' || isLeftoverOf(this.#record, operation)) return error;
    return this.#record.transaction?.by === 'user' ? this.causeByHand(error) : this.withCause(error);
  }

  /**
   * The same for an operation or a commit of a manual transaction. A *transient* first error becomes the `cause` of the
   * `NoSuchTransaction`, which is also transient: the specification's tests expect the error of the server
   * (`transactions/tests/unified/errors`, "write conflict commit"). Any other first error replaces it, because with the label of
   * a `NoSuchTransaction`, a manual retry loop would never stop.
   */
  causeByHand(error: unknown): unknown {
    const cause = this.causeOf(error);
    return cause === error || isTransientError(cause) ? this.withCause(error) : cause;
  }

  /** Gives a `NoSuchTransaction` of this attempt the first error as its `cause`; any other error stays unchanged. */
  withCause(error: unknown): unknown {
    const cause = this.causeOf(error);
    if (cause !== error) safely(() => setCause(error, cause));
    return error;
  }
}

function isLeftoverOf({ transaction }: SessionRecord, operation: Operation): boolean {
  return transaction !== undefined && isLeftover(operation, transaction);
}

/** Anything can be thrown, also an object that throws when it is read. */
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

export function isNoSuchTransaction(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === noSuchTransaction && 'errorLabels' in error;
}
