/**
 * Calls back when a promise of the driver settles. The caller gets the returned promise, which settles in the same way, one
 * microtask later, and is handled only if the caller handles it. An async function would put a frame of ours into the user's
 * stacks. A second reaction on the driver's promise would end those stacks, because V8 follows a promise only to its single
 * reaction.
 * @param failed returns the error for the caller
 */
export function follow<T>(
  promise: Promise<T>,
  settled: (value: T) => void,
  failed: (error: unknown) => unknown,
): Promise<T> {
  return promise.then(
    value => {
      settled(value);
      return value;
    },
    (error: unknown) => {
      throw failed(error);
    },
  );
}
