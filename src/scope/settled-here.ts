/**
 * A thenable that a callback returns (a query of mongoose) does its work when somebody awaits it: that has to happen in the
 * scope of the callback. Promises and other values come through as they are.
 */
export function settledHere<T>(returned: T): T {
  const lazy = typeof returned === 'object' && returned !== null && 'then' in returned;
  return lazy && !(returned instanceof Promise) ? (Promise.resolve(returned) as T) : returned;
}
