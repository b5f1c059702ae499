import { StoreUnavailableError } from '../../errors.ts';

/** The client that waits for `connect()`. */
export function neverConnected(): Error {
  return new StoreUnavailableError(
    'The Redis client is not connected, so nothing was sent. Call its connect() when the program starts, and do not close it while sessions are used.',
    { outcome: 'not done' },
  );
}

export function noConnection(cause?: unknown): Error {
  return new StoreUnavailableError(
    'The Redis client has no connection at the moment, so nothing was sent. It connects again by itself; see whether the server runs and can be reached.',
    { cause, outcome: 'not done' },
  );
}
