import type { LiveSession } from '../../guard/live-session.ts';
import type { Operation, OperationKind, TailKind } from '../../session/events.ts';
import { opensTail } from './classify.ts';
import type { DriverCopy, DriverFiles } from '../driver/driver-copies.ts';
import type {
  DriverCursor,
  DriverLong,
  DriverNamespace,
  DriverOperation,
  DriverSession,
} from '../driver/driver-types.ts';
import { cutOffError } from './late-use.ts';
import { noteRawCursor } from './raw-cursors.ts';

/** What is needed to kill a cursor on its server. */
interface OpenServerCursor {
  readonly id: DriverLong;
  readonly namespace: DriverNamespace;
  readonly server: unknown;
  readonly tail: TailKind | undefined;
}

type EndOf = 'session' | 'transaction';

interface SessionCursors {
  /** By the server's id, which never leaves this folder: events have the number of the operation. */
  readonly open: Map<string, OpenServerCursor & { readonly number: string }>;
  /** Cursors that are read through a stream, which reads ahead of its reader. */
  readonly streams: Set<DriverCursor>;
  /** Those that were killed, by the server's id, and the end that they were killed for. */
  readonly killed: Map<string, EndOf>;
}

const cursors = new WeakMap<LiveSession, SessionCursors>();

function cursorsOf(live: LiveSession): SessionCursors {
  const known = cursors.get(live);
  if (known !== undefined) return known;
  const made: SessionCursors = { open: new Map(), streams: new Set(), killed: new Map() };
  cursors.set(live, made);
  return made;
}

export function noteStream(live: LiveSession, cursor: DriverCursor): void {
  cursorsOf(live).streams.add(cursor);
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

/** The cursor begins anew, with another one on the server: the driver forgets the first. */
export function noteRewound(live: LiveSession, { id }: DriverCursor): void {
  close(live, id);
}

/** True for what no reader can await: killCursors, and the read-ahead of a stream. */
export function isQuiet(live: LiveSession, operation: DriverOperation, kind: OperationKind): boolean {
  if (kind !== 'getMore') return kind === 'killCursors';
  const id = operation.cursorId?.toString();
  for (const stream of cursors.get(live)?.streams ?? []) if (stream.id?.toString() === id) return true;
  return kindOfFetch(live, operation) === 'tail';
}

/** Whoever sends commands by hand reads and kills their cursors by hand, too. */
function isRawCommand({ constructor }: DriverOperation): boolean {
  return constructor.name === 'RunCommandOperation' || constructor.name === 'RunAdminCommandOperation';
}

/** These answers never hold a cursor. */
const without: ReadonlySet<OperationKind> = new Set(['write', 'batch', 'composite', 'killCursors']);

/** Keeps book of open cursors by what the server answers. */
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
    // The driver's answers read themselves lazily; one that cannot be read is the driver's to complain about.
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
  cursorsOf(live).open.set(answer.id.toString(), {
    id: answer.id,
    namespace,
    server: operation.server,
    tail,
    number,
  });
  live.guard.publish(
    { type: 'cursor.opened', session: live.record.id, cursor: number, operation: begun, tail },
    live.record,
  );
}

function close(live: LiveSession, id: DriverLong | undefined): void {
  const open = cursors.get(live)?.open;
  const cursor = id && open?.get(id.toString());
  if (cursor === undefined) return;
  open?.delete(cursor.id.toString());
  live.guard.publish({ type: 'cursor.closed', session: live.record.id, cursor: cursor.number }, live.record);
}

/**
 * Kills cursors on the server without a word to the client's cursor objects: what they have buffered may still be read, and
 * the next fetch is rejected. Closing them instead would end `for await` as if it had seen everything.
 */
export async function killOpenCursors(
  copy: DriverCopy,
  live: LiveSession,
  session: DriverSession,
): Promise<void> {
  await kill(copy, live, session, 'session', () => true);
}

async function kill(
  copy: DriverCopy,
  live: LiveSession,
  session: DriverSession,
  endedWith: EndOf,
  which: (cursor: string) => boolean,
): Promise<void> {
  const open = cursors.get(live)?.open;
  if (open === undefined || open.size === 0) return;
  const found = [...open.values()].filter(cursor => which(cursor.number));
  const { killed } = cursorsOf(live);
  for (const cursor of found) {
    noteKilledFor(killed, cursor.id.toString(), endedWith);
    close(live, cursor.id);
    if (copy.files !== undefined) await killOne(copy.files, session, cursor);
  }
}

/** A session may leave cursors behind without end: they are forgotten then. */
const mostKilled = 100;

function noteKilledFor(killed: SessionCursors['killed'], id: string, endedWith: EndOf): void {
  if (killed.size >= mostKilled) killed.clear();
  killed.set(id, endedWith);
}

/** The same for the cursors that were opened in the running transaction. */
export async function killCursorsOfTransaction(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
): Promise<void> {
  const { record } = live;
  if (record.openCursors.size === 0 || !session.inTransaction()) return;
  const number = record.transaction?.number;
  await kill(
    copy,
    live,
    session,
    'transaction',
    cursor => record.openCursors.get(cursor)?.transaction === number,
  );
}

async function killOne(files: DriverFiles, session: DriverSession, cursor: OpenServerCursor): Promise<void> {
  try {
    const operation = new files.KillCursorsOperation(cursor.id, cursor.namespace, cursor.server, { session });
    await files.executeOperation(session.client, operation);
  } catch {
    // The server ends the cursor by itself after its time-out; the session's end must not fail for it.
  }
}

/** What a server says to a fetch of a cursor that is gone. */
const cursorIsGone = new Set<unknown>([43, 237]);

/**
 * The error for a fetch that was cut off by our own killing of its cursor. That of the server must not reach the reader: the
 * driver's streams take "operation was interrupted" for the end of the documents.
 */
export function cutOffErrorOf(
  copy: DriverCopy,
  live: LiveSession,
  begun: Operation,
  { cursorId }: DriverOperation,
  error: unknown,
): Error | undefined {
  const killed = cursorId && cursors.get(live)?.killed.get(cursorId.toString());
  if (killed === undefined || !isRecord(error) || !cursorIsGone.has(error['code'])) return undefined;
  return cutOffError(copy, live, begun, killed);
}

interface CursorAnswer {
  readonly id: DriverLong;
  readonly namespace?: DriverNamespace | undefined;
}

/** Newer drivers answer with an object that has `id` and `ns`, older ones with the server's document. */
function cursorIn(result: unknown): CursorAnswer | undefined {
  if (!isRecord(result)) return undefined;
  const holder = 'id' in result ? result : result['cursor'];
  const id = isRecord(holder) ? longOf(holder['id']) : undefined;
  if (!isRecord(holder) || id === undefined) return undefined;
  // Answers are read from their bytes: what is not needed is not asked for.
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
