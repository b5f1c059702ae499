/*
 * Errors by which a server says that it has done nothing of what it was asked. A back end marks them; what has happened before in
 * the same call takes the mark away (see `afterWrite`).
 */

const refused = new WeakSet<object>();

/** @returns the same error */
export function markRefused<E>(error: E): E {
  if (typeof error === 'object' && error !== null) refused.add(error);
  return error;
}

/** For a read, which does nothing whatever it fails by. */
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
