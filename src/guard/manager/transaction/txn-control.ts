import type { RunnerControl } from '../../runtime/transaction/wanted.ts';

/**
 * Thrown into the driver's loop to stop it: it is not a `MongoError`, so the loop does not retry it. It has `hasErrorLabel`
 * because the loop calls this method of every error of a commit.
 */
export class StopRetrying {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }

  hasErrorLabel(): boolean {
    return false;
  }
}

/**
 * The control of one `withTxn`: counts attempts, and can stop the call. `rejection` gives the driver's loop the error with which it
 * tries again or stops; `answer` gives the caller of `withTxn` its own error, when the loop has given up.
 */
export class TxnControl implements RunnerControl {
  attempt = 0;
  /** The last error of an attempt or a commit. */
  lastError: unknown;
  /** A commit was sent and is not answered yet. */
  committing = false;
  /** A commit was answered with success: what is left are the functions of `afterCommit`. */
  committed = false;
  /** Called at once when the call is stopped. */
  onStop: (() => void) | undefined;
  readonly #maxAttempts: number;
  /** The last attempt was rejected with the user's own error, and the transient one behind it asks for another. */
  #asked: { readonly behind: unknown; readonly error: unknown } | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  #controller: AbortController | undefined;

  constructor(maxAttempts: number) {
    this.#maxAttempts = maxAttempts;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#stopped !== undefined) this.#controller.abort(this.#stopped.reason);
    return this.#controller.signal;
  }

  stop(reason: unknown): void {
    this.#stopped = { reason };
    this.#controller?.abort(reason);
    this.onStop?.();
  }

  rejection(error: unknown, behind?: unknown): unknown {
    this.committing = false;
    this.#asked = undefined;
    if (error instanceof StopRetrying) return error;
    this.lastError = error;
    if (this.#stopped !== undefined) return new StopRetrying(this.#stopped.reason);
    const isRetried = behind !== undefined || isRetriedByLoop(error);
    if (this.attempt >= this.#maxAttempts && isRetried) return new StopRetrying(error);
    if (behind === undefined) return error;
    this.#asked = { behind, error };
    return behind;
  }

  /** The error for the caller, when the loop has given up with this error. */
  answer(error: unknown): unknown {
    if (error instanceof StopRetrying) return error.reason;
    // In place of the user's own error the loop has seen the one behind it; a time-out of the loop has it as its cause.
    const isAsked =
      this.#asked !== undefined &&
      [error, error instanceof Error && error.cause].includes(this.#asked.behind);
    return isAsked ? this.#asked?.error : error;
  }

  beforeStart(): void {
    if (this.#stopped !== undefined) throw new StopRetrying(this.#stopped.reason);
  }

  beforeAttempt(): void {
    this.beforeStart();
    this.attempt += 1;
  }

  beforeCommit(): void {
    this.beforeStart();
    this.committing = true;
  }

  commitAnswered(): void {
    this.committing = false;
    this.committed = true;
  }
}

/** As the driver's loop asks. An error of the user's own may throw when it is read: the loop does not ask such an error. */
function isRetriedByLoop(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('hasErrorLabel' in error)) return false;
  try {
    return (
      typeof error.hasErrorLabel === 'function' && error.hasErrorLabel('TransientTransactionError') === true
    );
  } catch {
    return false;
  }
}
