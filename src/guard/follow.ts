/**
 * Hears how a promise of the driver settles. The caller gets the promise that is returned: it is settled alike, one microtask
 * later, and is no more handled than the driver's own. An async function would stand in the user's stacks as a frame of ours,
 * and a second reaction on the driver's promise would end them there: V8 follows a promise to its only reaction.
 * @param failed gives the error that the caller gets
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
