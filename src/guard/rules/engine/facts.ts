import type { EventOf, EventType, SessionGuardEvent } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';

/**
 * What is true of few events. A handler that names facts is called only if at least one of them is true: nearly all events are
 * of correct programs, and a call of each handler for each event costs more than all the rest of the guard's rules.
 */
const bits = {
  'session not open': 1 << 0,
  /** The session has a transaction, and no commit of it has succeeded: also true after an abort. */
  'open transaction': 1 << 1,
  /** Something is started in the attempt of a transaction that is over. */
  'attempt over': 1 << 2,
  /** Something else is in flight on the session, apart from calls around commands. */
  'others in flight': 1 << 3,
  /** Called in a request or job. */
  'in a request': 1 << 4,
  /** The request or job to which the session belonged is over. */
  'request over': 1 << 5,
  /** In the callback of a transaction runner, and not in its transaction. */
  'outside the transaction': 1 << 6,
  'session of another client': 1 << 7,
  /** The session was idle for a time in which the shortest limit of a server may have passed. */
  'long idle': 1 << 8,
  /** One that does not wait for a majority of the members. */
  'weak write concern': 1 << 9,
  'standalone server': 1 << 10,
  /** The call, or the transaction, is the user's own and not that of a runner. */
  'by hand': 1 << 11,
  failed: 1 << 12,
  'not awaited': 1 << 13,
  'open cursor': 1 << 14,
  'read preference': 1 << 15,
} as const;

export type Fact = keyof typeof bits;

type OfUse = 'session not open' | 'request over' | 'long idle';
type OfTransaction = 'open transaction' | 'by hand';

/** The facts that are computed for each type of events, by the functions below. */
interface Computed {
  readonly 'operation.requested':
    | OfUse
    | OfTransaction
    | 'attempt over'
    | 'session of another client'
    | 'others in flight'
    | 'in a request'
    | 'outside the transaction'
    | 'weak write concern'
    | 'read preference';
  readonly 'operation.settled': OfTransaction | 'failed' | 'standalone server';
  readonly 'transaction.started':
    | OfUse
    | OfTransaction
    | 'in a request'
    | 'standalone server'
    | 'weak write concern';
  readonly 'callback.returned': 'not awaited' | 'failed';
  readonly 'transaction.ending': OfTransaction | 'not awaited' | 'open cursor';
  readonly 'session.ending': OfTransaction | 'not awaited' | 'open cursor';
  readonly 'session.ended': OfTransaction | 'open cursor';
}

/** The facts that a handler for this type of events may name: with another one it would never be called. */
export type FactOf<T extends EventType> = T extends keyof Computed ? Computed[T] : never;

/** For events that no facts are computed of: all may be true. */
const all = -1;

/** Set for every event: what a handler without facts needs. */
const always = 1 << 30;

/** The server with the shortest time-out, 1 min, may drop a session after half of that. */
const longIdleMS = 30_000;

/** The facts of a handler as one number. */
export function neededBy(facts: readonly Fact[] | undefined): number {
  return facts === undefined ? always : facts.reduce((sum, fact) => sum | bits[fact], 0);
}

/** @param session its record before the event */
export function factsOf(event: SessionGuardEvent, session: SessionRecord | undefined): number {
  if (session === undefined) return all;
  switch (event.type) {
    case 'operation.requested':
      return ofRequested(event, session);
    case 'operation.settled':
      return ofSettled(event, session);
    case 'transaction.started':
      return ofStarted(event, session);
    case 'callback.returned':
      return ofReturned(event);
    case 'transaction.ending':
    case 'session.ending':
    case 'session.ended':
      return ofEnd(event, session);
    default:
      return all;
  }
}

function ofRequested(
  { operation, attemptOver, foreign, at }: EventOf<'operation.requested'>,
  session: SessionRecord,
): number {
  let facts = ofUse(session, at) | ofTransaction(session);
  if (attemptOver) facts |= bits['attempt over'];
  if (foreign) facts |= bits['session of another client'];
  if (session.openOperations.size > session.openCalls) facts |= bits['others in flight'];
  if (operation.scopes !== undefined) facts |= bits['in a request'];
  if (session.inCallback && !operation.inTransaction) facts |= bits['outside the transaction'];
  if (operation.unacknowledged === true) facts |= bits['weak write concern'];
  if (operation.readPreference !== undefined) facts |= bits['read preference'];
  return facts;
}

function ofSettled({ error, standalone }: EventOf<'operation.settled'>, session: SessionRecord): number {
  let facts = always | ofTransaction(session);
  if (error !== undefined) facts |= bits.failed;
  if (standalone === true) facts |= bits['standalone server'];
  return facts;
}

function ofStarted(event: EventOf<'transaction.started'>, session: SessionRecord): number {
  let facts = ofUse(session, event.at) | ofTransaction(session);
  if (event.scopes !== undefined) facts |= bits['in a request'];
  if (event.standalone) facts |= bits['standalone server'];
  if (event.w === 0 || event.w === 1) facts |= bits['weak write concern'];
  return facts;
}

function ofReturned({ pending, error }: EventOf<'callback.returned'>): number {
  let facts: number = always;
  if (pending.length > 0) facts |= bits['not awaited'];
  if (error !== undefined) facts |= bits.failed;
  return facts;
}

function ofEnd(
  event: EventOf<'transaction.ending' | 'session.ending' | 'session.ended'>,
  session: SessionRecord,
): number {
  let facts = always | ofTransaction(session);
  if ('pending' in event && event.pending.length > 0) facts |= bits['not awaited'];
  if (session.openCursors.size > 0) facts |= bits['open cursor'];
  if (event.by === 'user') facts |= bits['by hand'];
  return facts;
}

function ofUse({ phase, servedUntil, lastUsedAt }: SessionRecord, at: number): number {
  let facts: number = always;
  if (phase !== 'open') facts |= bits['session not open'];
  if (servedUntil !== undefined) facts |= bits['request over'];
  if (at - lastUsedAt >= longIdleMS) facts |= bits['long idle'];
  return facts;
}

function ofTransaction({ transaction }: SessionRecord): number {
  if (transaction === undefined) return 0;
  const facts = transaction.phase === 'committed' ? 0 : bits['open transaction'];
  return transaction.by === 'user' ? facts | bits['by hand'] : facts;
}
