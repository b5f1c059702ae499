import type { LiveSession } from '../../guard/live-session.ts';
import type { DriverOperation } from '../driver/driver-types.ts';

/** The cursors that commands sent by hand have opened in the current transaction: their batches are fetched by hand, too. */
const opened = new WeakMap<LiveSession, { readonly transaction: object; readonly ids: Set<string> }>();

/** Keeps in mind a cursor that a command by hand has opened in the session's transaction. */
export function noteRawCursor(live: LiveSession, answer: unknown): void {
  const { transaction } = live.record;
  const id = idIn(answer);
  if (id === undefined || transaction === undefined) return;
  const known = opened.get(live);
  if (known?.transaction === transaction) known.ids.add(id);
  else opened.set(live, { transaction, ids: new Set([id]) });
}

/** True for a `getMore` or `killCursors` by hand of such a cursor, which the server gives to its own transaction only. */
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
