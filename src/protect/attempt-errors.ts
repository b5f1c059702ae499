import type { Operation } from '../session/events.ts';

/** NoSuchTransaction: all that the server says of a transaction that it has aborted. */
const noSuchTransaction = 251;

interface Noted {
  readonly at: number;
  readonly operation: Operation;
  readonly error: unknown;
}

/** The errors of one attempt of a transaction, so that the first one can be told instead of what it led to. */
export class AttemptErrors {
  #noted: Noted[] | undefined;

  note(operation: Operation, error: unknown, at: number): void {
    // A batch's error comes again as the error of its bulk write, which is the object that the user holds.
    if (operation.kind === 'batch') return;
    this.#noted ??= [];
    this.#noted.push({ at, operation, error });
  }

  /** An operation that was begun after these errors has succeeded: the transaction is alive, they did it no harm. */
  noteSuccess(operation: Operation): void {
    const last = this.#noted?.at(-1);
    if (last !== undefined && operation.kind !== 'batch' && operation.at >= last.at) this.#noted = undefined;
  }

  /** The operation whose error this very object is. */
  operationOf(error: unknown): Operation | undefined {
    return this.#noted?.find(noted => noted.error === error)?.operation;
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
    const first = this.#noted?.[0];
    return first !== undefined && safely(() => isNoSuchTransaction(error)) ? first.error : error;
  }

  /**
   * The same for a commit by hand. There a transient first error stays behind the `NoSuchTransaction`, which is as
   * transient: the specification's tests ask for it (`transactions/tests/unified/errors`, "write conflict commit").
   */
  causeOfCommit(error: unknown): unknown {
    const cause = this.causeOf(error);
    return safely(() => isTransient(cause)) ? error : cause;
  }
}

/** What was thrown may be anything, and may throw when it is read. */
function safely(read: () => boolean): boolean {
  try {
    return read();
  } catch {
    return false;
  }
}

function isTransient(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('errorLabels' in error)) return false;
  return Array.isArray(error.errorLabels) && error.errorLabels.includes('TransientTransactionError');
}

export function isNoSuchTransaction(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === noSuchTransaction && 'errorLabels' in error;
}
