import type { HelperControl } from '../guard/helper-run.ts';

/**
 * What the driver's loop gets instead of an error that it would retry. No `MongoError`, so it ends the loop; the loop asks
 * any error of a commit for its labels.
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

/** The control of one `withTxn`: counts attempts, and can be told to stop. */
export class Stoppable implements HelperControl {
  attempt = 0;
  /** The last error of an attempt or a commit. */
  lastError: unknown;
  /** A commit has been sent and not answered. */
  committing = false;
  /** What there is to do at once when the call is stopped. */
  onStop: (() => void) | undefined;
  readonly #maxAttempts: number;
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

  rejection(error: unknown): unknown {
    this.committing = false;
    if (error instanceof StopRetrying) return error;
    this.lastError = error;
    if (this.#stopped !== undefined) return new StopRetrying(this.#stopped.reason);
    return this.attempt >= this.#maxAttempts && isTransient(error) ? new StopRetrying(error) : error;
  }

  beforeAttempt(): void {
    if (this.#stopped !== undefined) throw new StopRetrying(this.#stopped.reason);
    this.attempt += 1;
  }

  beforeCommit(): void {
    if (this.#stopped !== undefined) throw new StopRetrying(this.#stopped.reason);
    this.committing = true;
  }
}

function isTransient(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('hasErrorLabel' in error)) return false;
  return (
    typeof error.hasErrorLabel === 'function' && error.hasErrorLabel('TransientTransactionError') === true
  );
}
