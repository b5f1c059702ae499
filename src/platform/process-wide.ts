/**
 * A value that all copies of this package in the process share: created by the first copy that needs it, under a symbol of the
 * global registry. The number in the key is the version of its shape.
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

/** Numbers of our own for events. The server's ids (lsid, cursor id) never leave `driver/`. */
const ids = processWide('ids', () => ({ client: 0, session: 0, operation: 0, scope: 0 }));

export function nextId(kind: keyof typeof ids): number {
  ids[kind] += 1;
  return ids[kind];
}

/** The last number that was assigned. */
export function latestId(kind: keyof typeof ids): number {
  return ids[kind];
}
