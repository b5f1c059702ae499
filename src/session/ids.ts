/** Numbers of our own for events. The server's ids (lsid, cursor id) never leave `instrument/`. */
export const ids = {
  client: 0,
  session: 0,
  operation: 0,
  scope: 0,
};

export type IdKind = keyof typeof ids;

export function nextId(kind: IdKind): number {
  ids[kind] += 1;
  return ids[kind];
}
