import { processWide } from '../guard/process-wide.ts';

/** Numbers of our own for events. The server's ids (lsid, cursor id) never leave `instrument/`. */
const ids = processWide('ids', () => ({ client: 0, session: 0, operation: 0, scope: 0 }));

export function nextId(kind: keyof typeof ids): number {
  ids[kind] += 1;
  return ids[kind];
}

/** The last number that was given. */
export function latestId(kind: keyof typeof ids): number {
  return ids[kind];
}
