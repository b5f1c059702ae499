/** Numbers of our own for events. The server's ids (lsid, cursor id) never leave `instrument/`. */
interface Ids {
  client: number;
  session: number;
  operation: number;
  scope: number;
}

/** Counted over all copies of this package in the process, which share one spine. */
const holder: { [key: symbol]: Ids | undefined } = globalThis;
const ids: Ids = (holder[Symbol.for('session-guard.ids@1')] ??= {
  client: 0,
  session: 0,
  operation: 0,
  scope: 0,
});

export function nextId(kind: keyof Ids): number {
  ids[kind] += 1;
  return ids[kind];
}
