/**
 * A value that all copies of this package in the process share: made by the first one that asks, under a symbol of the
 * global registry. The number in the key is that of its shape.
 */
export function processWide<T>(key: string, make: () => T): T {
  const holder: { [key: symbol]: T | undefined } = globalThis;
  const symbol = Symbol.for(`session-guard.${key}@1`);
  holder[symbol] ??= make();
  return holder[symbol];
}
