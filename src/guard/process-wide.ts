/**
 * A value that all copies of this package in the process share: made by the first one that asks, under a symbol of the
 * global registry. The number in the key is that of its shape.
 */
export function processWide<T>(key: string, make: () => T): T {
  const holder: { [key: symbol]: T | undefined } = globalThis;
  const symbol = Symbol.for(`session-guard.${key}@1`);
  const known = holder[symbol];
  if (known !== undefined) return known;
  const made = make();
  // Not enumerable: printing or copying the global object leaves it out.
  Object.defineProperty(holder, symbol, { value: made, writable: true, configurable: true });
  return made;
}
