import type { Operation } from '../session/events.ts';

/** NoSuchTransaction: all that the server says of a transaction that it has aborted. */
const noSuchTransaction = 251;

/** The errors of one attempt of a transaction, so that the first one can be told instead of what it led to. */
export class AttemptErrors {
  #first: { readonly operation: Operation; readonly error: unknown } | undefined;
  readonly #operations = new WeakMap<object, Operation>();

  note(operation: Operation, error: unknown): void {
    // A batch's error comes again as the error of its bulk write, which is the object that the user holds.
    if (operation.kind === 'batch') return;
    if (typeof error === 'object' && error !== null) this.#operations.set(error, operation);
    this.#first ??= { operation, error };
  }

  /** The operation whose error this very object is. */
  operationOf(error: unknown): Operation | undefined {
    return typeof error === 'object' && error !== null ? this.#operations.get(error) : undefined;
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
    if (this.#first === undefined || !isNoSuchTransaction(error)) return error;
    return this.#first.error;
  }
}

export function isNoSuchTransaction(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === noSuchTransaction && 'errorLabels' in error;
}
