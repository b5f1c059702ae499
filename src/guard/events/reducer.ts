import type { EventOf, EventType, Operation, SessionGuardEvent, SessionStarted } from './events.ts';
import { noFailures, noteSettled } from './failures.ts';
import { isAround } from './operation.ts';
import { OpenOperations } from './open-operations.ts';
import type { OpenCursor, SessionRecord, TransactionRecord } from './record.ts';
import type { World } from './world.ts';

/** A session that has sent nothing, and nearly all for cursors: they share these empty ones, which are never changed. */
const noOperations = new OpenOperations();
const noCursors: Map<string, OpenCursor> = new Map();
const noNamespaces: readonly string[] = [];
const noGuests: Set<number> = new Set();

/** A new record, before its `session.started` is dispatched. What nearly every session gets is there from the start, so that V8 keeps all records in one form. */
export function openRecord(event: SessionStarted): SessionRecord {
  const record: SessionRecord = {
    id: event.session,
    client: event.client,
    startedBy: event.by,
    startedAt: event.at,
    startSite: event.site,
    scope: event.scope,
    scopes: event.scopes,
    asks: event.asks,
    phase: 'open',
    endSite: undefined,
    endedBy: undefined,
    lastUsedAt: event.at,
    operations: 0,
    abandoned: false,
    usedOutside: false,
    guests: noGuests,
    kept: false,
    inCallback: false,
    transactions: 0,
    transaction: undefined,
    openOperations: noOperations,
    openCalls: 0,
    openCursors: noCursors,
  };
  return event.historyUnknown === true ? { ...record, historyUnknown: true } : record;
}

type Reduce<T extends EventType> = (session: SessionRecord, event: EventOf<T>) => void;

/** Calls around commands: their events do not have the scopes of their commands. */
function isCall(operation: Operation): boolean {
  return isAround(operation) || operation.kind === 'composite' || operation.kind === 'killCursors';
}

/** Records who uses the session outside any request, and the requests that use one of no request. */
function noteScopes(session: SessionRecord, scopes: readonly number[] | undefined): void {
  const unit = scopes?.at(-1);
  if (unit === undefined) session.usedOutside = true;
  else if (session.scopes === undefined && session.servedUntil === undefined) {
    if (session.guests === noGuests) session.guests = new Set();
    session.guests.add(unit);
  }
}

const operationRequested: Reduce<'operation.requested'> = (session, { operation, at }) => {
  session.operations += 1;
  session.lastUsedAt = at;
  session.abandoned = false;
  if (!isCall(operation)) noteScopes(session, operation.scopes);
  if (session.openOperations === noOperations) session.openOperations = new OpenOperations();
  session.openOperations.add(operation);
  if (isAround(operation)) session.openCalls += 1;
  const { transaction } = session;
  if (transaction === undefined || !operation.inTransaction) return;
  transaction.operations += 1;
  const { namespace } = operation;
  if (namespace === undefined || transaction.namespaces.includes(namespace)) return;
  transaction.namespaces = [...transaction.namespaces, namespace];
};

const operationSettled: Reduce<'operation.settled'> = (session, event) => {
  const operation = session.openOperations.remove(event.operation);
  if (operation !== undefined && isAround(operation)) session.openCalls -= 1;
  session.lastUsedAt = event.at;
  const { transaction } = session;
  if (transaction !== undefined && operation?.inTransaction === true)
    noteSettled(transaction, operation, event);
};

const transactionStarted: Reduce<'transaction.started'> = (session, event) => {
  // The driver refuses the second call, and accepts the first without a transaction.
  if (session.transaction?.phase === 'active' || session.phase === 'ended') return;
  session.transactions += 1;
  session.lastUsedAt = event.at;
  noteScopes(session, event.scopes);
  session.transaction = {
    number: session.transactions,
    by: event.by,
    startedAt: event.at,
    site: event.site,
    line: event.line,
    scopes: event.scopes,
    readPreference: event.readPreference,
    phase: 'active',
    endedBy: undefined,
    endSite: undefined,
    operations: 0,
    left: false,
    outcomeUnknown: false,
    failures: noFailures,
    namespaces: noNamespaces,
  };
};

const transactionFailed: Reduce<'transaction.failed'> = (session, event) => {
  // A commit that the driver refused (there was no transaction) has changed nothing.
  if (session.transaction === undefined || !event.error.reachedServer) return;
  session.transaction.phase = 'failed';
  session.transaction.outcomeUnknown = event.error.labels.includes('UnknownTransactionCommitResult');
};

function setPhase(session: SessionRecord, phase: TransactionRecord['phase']): void {
  if (session.transaction !== undefined) session.transaction.phase = phase;
}

const reducers: { readonly [T in EventType]?: Reduce<T> } = {
  'session.ending': (session, event) => {
    session.phase = 'ending';
    session.endSite = event.site;
  },
  'session.ended': (session, event) => {
    session.phase = 'ended';
    session.endSite = event.site;
    session.endedBy = event.by;
    if (session.transaction?.phase === 'active') session.transaction.phase = 'aborted';
  },
  'session.kept': session => {
    session.kept = true;
  },
  'operation.requested': operationRequested,
  'operation.settled': operationSettled,
  'transaction.started': transactionStarted,
  'transaction.ending': (session, event) => {
    if (session.transaction === undefined || session.transaction.phase !== 'active') return;
    session.transaction.endedBy = event.by;
    session.transaction.endSite = event.site;
    setPhase(session, event.as === 'commit' ? 'committing' : 'aborting');
  },
  'transaction.committed': session => setPhase(session, 'committed'),
  'transaction.aborted': session => setPhase(session, 'aborted'),
  'transaction.failed': transactionFailed,
  'callback.entered': session => {
    session.inCallback = true;
  },
  'callback.returned': session => {
    session.inCallback = false;
  },
  'cursor.opened': (session, { cursor, operation, tail }) => {
    const transaction = operation.inTransaction ? session.transaction?.number : undefined;
    if (session.openCursors === noCursors) session.openCursors = new Map();
    session.openCursors.set(cursor, { cursor, operation, transaction, tail });
  },
  'cursor.closed': (session, event) => {
    session.openCursors.delete(event.cursor);
  },
};

/** Applies one event to its record. The only place where a record changes. */
export function reduce(session: SessionRecord, event: SessionGuardEvent): void {
  const reducer = reducers[event.type] as Reduce<EventType> | undefined;
  reducer?.(session, event);
}

/** Applies an event that does not belong to one session. */
export function reduceWorld(world: World, event: SessionGuardEvent): void {
  if (event.type !== 'scope.left') return world.clients.reduce(event);
  for (const session of world.sessions.values()) {
    if (session.scope === event.scope) {
      session.abandoned = true;
      session.leftAt = event.at;
    }
    const { transaction } = session;
    if (transaction?.scopes?.at(-1) === event.scope) transaction.left = true;
    if (session.servedUntil === undefined && belongsTo(session, event.scope))
      session.servedUntil = event.newest ?? event.scope;
  }
}

/** A session that was started outside any request belongs to each request that has used it. */
function belongsTo({ scopes, guests }: SessionRecord, scope: number): boolean {
  return scopes === undefined ? guests.has(scope) : scopes.at(-1) === scope;
}
