import type { LiveSession } from '../../runtime/session/live-session.ts';
import type { DriverOperation } from '../copies/driver-types.ts';

/** Cursors that the program has opened with `runCommand` in the current transaction; it fetches their batches in the same way. */
const opened = new WeakMap<LiveSession, { readonly transaction: object; readonly ids: Set<string> }>();

/** Remembers a cursor that `runCommand` has opened in the session's transaction. */
export function noteRawCursor(live: LiveSession, answer: unknown): void {
  const { transaction } = live.record;
  const id = idIn(answer);
  if (id === undefined || transaction === undefined) return;
  const known = opened.get(live);
  if (known?.transaction === transaction) known.ids.add(id);
  else opened.set(live, { transaction, ids: new Set([id]) });
}

/** True for a `getMore` or `killCursors` of such a cursor by `runCommand`: the server accepts it only in the same transaction. */
export function usesRawCursor(live: LiveSession, { command }: DriverOperation): boolean {
  if (command === undefined) return false;
  const known = opened.get(live);
  if (known === undefined || known.transaction !== live.record.transaction) return false;
  return idsIn(command).some(id => known.ids.has(String(id)));
}

function idsIn({
  getMore,
  killCursors,
  cursors,
}: NonNullable<DriverOperation['command']>): readonly unknown[] {
  if (getMore !== undefined) return [getMore];
  return killCursors !== undefined && Array.isArray(cursors) ? cursors : [];
}

function idIn(answer: unknown): string | undefined {
  const cursor = fieldOf(answer, 'cursor');
  const id = fieldOf(cursor, 'id');
  return id == null || String(id) === '0' ? undefined : String(id);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
