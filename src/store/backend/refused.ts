/*
 * Errors with which a server says that it has done nothing. A back end marks them. If an earlier part of the same call was
 * done, `afterWrite` removes the mark.
 */

const refused = new WeakSet<object>();

/** @returns the same error */
export function markRefused<E>(error: E): E {
  if (typeof error === 'object' && error !== null) refused.add(error);
  return error;
}

/** For a read: it changes nothing, whatever its error is. */
export async function nothingDone<R>(read: Promise<R>): Promise<R> {
  try {
    return await read;
  } catch (error) {
    throw markRefused(error);
  }
}

export function unmarkRefused(error: unknown): void {
  if (typeof error === 'object' && error !== null) refused.delete(error);
}

export function isRefused(error: unknown): boolean {
  return typeof error === 'object' && error !== null && refused.has(error);
}
