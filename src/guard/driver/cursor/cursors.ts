import { hiddenField } from '../../../platform/hidden-field.ts';
import { BoundedMap } from '../../../platform/bounded.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import type { Operation, OperationKind, Site, TailKind } from '../../events/events.ts';
import type { EndOf } from '../session/late-use.ts';
import { opensTail } from '../command/classify.ts';
import type { DriverCursor, DriverLong, DriverNamespace, DriverOperation } from '../copies/driver-types.ts';
import { noteRawCursor } from './raw-cursors.ts';

/** What is needed to kill a cursor on its server. */
export interface OpenServerCursor {
  readonly id: DriverLong;
  readonly namespace: DriverNamespace;
  readonly server: unknown;
  readonly tail: TailKind | undefined;
  readonly number: string;
}

interface SessionCursors {
  /** By the server's id, which never leaves this folder: events have the number of the operation. */
  readonly open: Map<string, OpenServerCursor>;
  /** Cursors that are read through a stream, which reads ahead of its reader, with the place where each stream was made. */
  readonly streams: Map<DriverCursor, Site | undefined>;
  /** Cursors that were killed, by the server's id. A session may leave any number of cursors behind. */
  readonly killed: Map<string, EndOf>;
}

const cursors = hiddenField<LiveSession, SessionCursors>();

function cursorsOf(live: LiveSession): SessionCursors {
  const known = cursors.get(live);
  if (known !== undefined) return known;
  const made: SessionCursors = { open: new Map(), streams: new Map(), killed: new BoundedMap(1000) };
  cursors.set(live, made);
  return made;
}

export function noteStream(live: LiveSession, cursor: DriverCursor, site: Site | undefined): void {
  cursorsOf(live).streams.set(cursor, site);
}

/** The cursor of this fetch, if it is read through a stream. */
function streamOf(live: LiveSession, { cursorId }: DriverOperation): DriverCursor | undefined {
  if (cursorId === undefined) return undefined;
  const streams = cursors.get(live)?.streams;
  if (streams === undefined || streams.size === 0) return undefined;
  const id = cursorId.toString();
  for (const cursor of streams.keys()) if (cursor.id?.toString() === id) return cursor;
  return undefined;
}

/** The place where the stream of this read-ahead was made: at the fetch, no line of the user is on the stack. */
export function streamSiteOf(live: LiveSession, operation: DriverOperation): Site | undefined {
  const cursor = streamOf(live, operation);
  return cursor && cursors.get(live)?.streams.get(cursor);
}

/** A getMore of a change stream or a tailable cursor waits for data that may never come. */
export function kindOfFetch(live: LiveSession, operation: DriverOperation): OperationKind {
  const id = operation.cursorId?.toString() ?? '';
  return cursors.get(live)?.open.get(id)?.tail === undefined ? 'getMore' : 'tail';
}

/** The driver itself kills this cursor: its reader has closed it. */
export function noteKilled(live: LiveSession, operation: DriverOperation): void {
  close(live, operation.cursorId);
}

/** The cursor starts again with another cursor on the server; the driver forgets the first one. */
export function noteRewound(live: LiveSession, { id }: DriverCursor): void {
  close(live, id);
}

/** True for operations that no reader can await: killCursors, and the read-ahead of a stream. */
export function isQuiet(live: LiveSession, operation: DriverOperation, kind: OperationKind): boolean {
  if (kind !== 'getMore') return kind === 'killCursors';
  return streamOf(live, operation) !== undefined || kindOfFetch(live, operation) === 'tail';
}

/** By the aggregation that opens it: the cursor of a change stream with `on('change')`. */
const openings = hiddenField<Operation, DriverCursor>();

/** The program cannot await the aggregation of `on('change')`, but it can close the change stream. */
export function noteOpening(live: LiveSession, begun: Operation, operation: DriverOperation): void {
  const streams = cursors.get(live)?.streams;
  if (streams === undefined || streams.size === 0 || opensTail(operation) !== 'change stream') return;
  for (const cursor of streams.keys())
    if (cursor.id === undefined && cursor.pipeline === operation.pipeline) openings.set(begun, cursor);
  live.isLetGo ??= open => openings.get(open)?.closed === true;
}

/** A program that runs commands directly also fetches from their cursors and kills them directly. */
function isRawCommand({ constructor }: DriverOperation): boolean {
  return constructor.name === 'RunCommandOperation' || constructor.name === 'RunAdminCommandOperation';
}

/** The answers to these never have a cursor. */
const without: ReadonlySet<OperationKind> = new Set(['write', 'batch', 'composite', 'killCursors']);

/** Keeps the list of open cursors from the answers of the server. */
export function noteCursor(
  live: LiveSession,
  begun: Operation,
  operation: DriverOperation,
  result: unknown,
): void {
  if (without.has(begun.kind)) return;
  if (isRawCommand(operation)) {
    if (begun.inTransaction) noteRawCursor(live, result);
    return;
  }
  try {
    note(live, begun, operation, cursorIn(result));
  } catch {
    // Answers are decoded when they are read. If one cannot be decoded, the driver throws its own error.
  }
}

function note(live: LiveSession, begun: Operation, operation: DriverOperation, answer?: CursorAnswer): void {
  if (answer === undefined) return;
  if (operation.cursorId !== undefined) {
    if (answer.id.isZero()) close(live, operation.cursorId);
    return;
  }
  const namespace = answer.namespace ?? operation.ns;
  if (answer.id.isZero() || namespace === undefined) return;
  const number = String(begun.id);
  const tail = opensTail(operation);
  const { server } = operation;
  cursorsOf(live).open.set(answer.id.toString(), { id: answer.id, namespace, server, tail, number });
  live.guard.publish(
    { type: 'cursor.opened', session: live.record.id, cursor: number, operation: begun, tail },
    live.record,
  );
}

/** The open cursors of the session on the server. */
export function openCursorsOf(live: LiveSession): OpenServerCursor[] {
  return [...(cursors.get(live)?.open.values() ?? [])];
}

/** From now on nothing is fetched from this cursor. */
export function noteCut(live: LiveSession, { id }: OpenServerCursor, endedWith: EndOf): void {
  cursorsOf(live).killed.set(id.toString(), endedWith);
  close(live, id);
}

/** The end because of which the cursor of this fetch was killed. */
export function cutBy(live: LiveSession, { cursorId }: DriverOperation): EndOf | undefined {
  if (cursorId === undefined) return undefined;
  const killed = cursors.get(live)?.killed;
  return killed === undefined || killed.size === 0 ? undefined : killed.get(cursorId.toString());
}

function close(live: LiveSession, id: DriverLong | undefined): void {
  const open = cursors.get(live)?.open;
  const cursor = id && open?.get(id.toString());
  if (cursor === undefined) return;
  open?.delete(cursor.id.toString());
  live.guard.publish({ type: 'cursor.closed', session: live.record.id, cursor: cursor.number }, live.record);
}

interface CursorAnswer {
  readonly id: DriverLong;
  readonly namespace?: DriverNamespace | undefined;
}

/** Newer drivers return an object with `id` and `ns`, older ones the server's document. */
function cursorIn(result: unknown): CursorAnswer | undefined {
  if (!isRecord(result)) return undefined;
  const holder = 'id' in result ? result : result['cursor'];
  const id = isRecord(holder) ? longOf(holder['id']) : undefined;
  if (!isRecord(holder) || id === undefined) return undefined;
  // Each read of a field decodes bytes, so only the needed fields are read.
  const namespace = !id.isZero() && isNamespace(holder['ns']) ? holder['ns'] : undefined;
  return { id, namespace };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isLong(value: unknown): value is DriverLong {
  return isRecord(value) && typeof value['isZero'] === 'function';
}

/** Drivers before 6.8 promote a 64-bit integer to a number where it fits, so an exhausted cursor has the number 0. */
const zero: DriverLong = { isZero: () => true, toString: () => '0' };

function longOf(id: unknown): DriverLong | undefined {
  if (id === 0 || id === 0n) return zero;
  return isLong(id) ? id : undefined;
}

function isNamespace(value: unknown): value is DriverNamespace {
  return isRecord(value) && typeof value['db'] === 'string';
}
