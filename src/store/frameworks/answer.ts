import { StoreUnavailableError } from '../errors.ts';

export type Callback<R = void> = (error: unknown, value?: R) => void;

/**
 * Passes the outcome to a framework's callback, outside the promise, so that an error thrown by the callback is an uncaught
 * exception, as usual. Without a callback a failure becomes a process warning.
 */
export function answer<R>(outcome: Promise<R>, callback: Callback<R> | undefined): void {
  outcome.then(
    value => process.nextTick(() => callback?.(null, value)),
    (error: unknown) => process.nextTick(() => (callback ?? warn)(shownError(error))),
  );
}

/** Frameworks read `ENOENT` as "no such session", which a failure never means. */
function shownError(error: unknown): unknown {
  const isMisread = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  if (!isMisread) return error;
  return new StoreUnavailableError('A session could not be read or written. The cause says why.', {
    cause: error,
    outcome: 'unknown',
  });
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
