const observed = Symbol.for('session-guard.observed');

/** @returns false if somebody has been here before */
export function claim(prototype: object): boolean {
  if (Object.hasOwn(prototype, observed)) return false;
  Object.defineProperty(prototype, observed, { value: true });
  return true;
}
