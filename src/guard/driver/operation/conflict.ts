import { hiddenField } from '../../../platform/hidden-field.ts';
import { clock } from '../../../platform/time/clock.ts';
import { observationFailed, safely } from '../../../platform/failures.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { type AttemptScope, currentScope, type ScopedSession } from '../../scope/async-scope.ts';
import type { Operation } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import type { DriverClient, DriverOperation, DriverSession } from '../copies/driver-types.ts';
import { belongsTo } from '../../attribution/owner.ts';
import { callbacksAbove } from '../../attribution/callback-frames.ts';
import { documentKeys, documentsNumber, type Filters } from '../command/document-keys.ts';

/** WriteConflict: another transaction or write has changed the document, or is changing it. */
const writeConflict = 112;

/** How many of the latest writes of a transaction are remembered. */
const most = 50;

interface Write {
  readonly namespace: string;
  readonly filters: Filters;
}

interface Writes {
  readonly transaction: object;
  readonly list: Write[];
}

/** The changes of the running transaction of a session; only read when another transaction has a conflict. */
const written = hiddenField<ScopedSession, Writes>();

/** Called for each successful write of a transaction. */
export function noteWrite(live: LiveSession, { namespace }: Operation, operation: DriverOperation): void {
  const filters = filtersOf(operation);
  const { transaction } = live.record;
  if (filters === undefined || namespace === undefined || transaction === undefined) return;
  const before = written.get(live);
  const list = before?.transaction === transaction ? before.list : [];
  if (before?.list !== list) written.set(live, { transaction, list });
  if (list.length === most) list.shift();
  list.push({ namespace, filters });
}

/** Called when an operation of a transaction has failed: publishes the other transaction of a conflict. */
export function noteConflict(
  client: DriverClient,
  live: LiveSession,
  begun: Operation,
  operation: DriverOperation,
  error: unknown,
): void {
  if (!begun.inTransaction || !isConflict(error) || begun.namespace === undefined) return;
  try {
    const filters = filtersOf(operation);
    const keys = filters === undefined ? undefined : documentKeys(begun.namespace, filters);
    noteContention(live, begun.namespace, keys);
    publishConflict(client, live, begun, keys);
  } catch (bug) {
    observationFailed(bug);
  }
}

/** What distinguishes the documents of an operation; undefined for an insert. */
type Keys = ReadonlySet<string> | undefined;

function noteContention({ runner, guard }: LiveSession, namespace: string, keys: Keys): void {
  if (runner === undefined || !guard.settings.protect) return;
  guard.contention.conflicted(runner, namespace, keys ?? []);
}

/**
 * The first operation of an attempt, which has opened no snapshot yet.
 * @returns undefined if it need not wait for another transaction at the same documents
 */
export function turnAtDocuments(
  live: LiveSession,
  session: DriverSession,
  { namespace }: Operation,
  operation: DriverOperation,
): Promise<unknown> | undefined {
  const { runner, guard } = live;
  if (runner === undefined || namespace === undefined || session.transaction.state !== 'STARTING_TRANSACTION')
    return undefined;
  const filters = filtersOf(operation) ?? operation.filter;
  if (filters === undefined) return undefined;
  // A filter may have anything in it. The operation has its turn in the session already, and must give it back.
  return safely(() => {
    const keys = documentKeys(namespace, filters);
    return held(live, guard.contention.enterFirst(runner, keys, operation.options?.signal));
  });
}

/** The server does not know the transaction yet: it is not open while it waits. */
function held({ record: { transaction } }: LiveSession, turn: Promise<unknown> | undefined) {
  if (turn === undefined || transaction === undefined) return turn;
  transaction.heldUntil = Number.POSITIVE_INFINITY;
  return turn.then(hasCome => {
    transaction.heldUntil = clock.now();
    return hasCome;
  });
}

function publishConflict(client: DriverClient, live: LiveSession, operation: Operation, keys: Keys): void {
  const { guard, record } = live;
  const documents = keys && documentsNumber(keys);
  const outer = keys && holderOf(client, live, keys);
  const holder = outer && (outer.transaction?.site ?? {});
  const what = { operation, documents, holder, holderSession: outer?.id };
  guard.publish({ type: 'operation.conflicted', session: record.id, ...what }, record);
}

/** The outer transaction, if it has changed the same document and waits for this one. */
function holderOf(
  client: DriverClient,
  live: LiveSession,
  keys: ReadonlySet<string>,
): SessionRecord | undefined {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'request') return undefined;
    if (scope.kind !== 'transaction' || scope.client !== client) continue;
    const { attempt } = scope;
    if (attempt.over || attempt.session === live || !holds(attempt.session, keys)) continue;
    if (waitsFor(attempt, live)) return attempt.session.record;
  }
  return undefined;
}

function holds(outer: ScopedSession, keys: ReadonlySet<string>): boolean {
  const { transaction } = outer.record;
  const writes = written.get(outer);
  if (transaction?.phase !== 'active' || writes?.transaction !== transaction) return false;
  return writes.list.some(({ namespace, filters }) =>
    [...documentKeys(namespace, filters)].some(key => keys.has(key)),
  );
}

/** The outer transaction does not wait for work that it has started without `await`: such work gets its turn later. */
function waitsFor(outer: AttemptScope, inner: LiveSession): boolean {
  if (outer.owner !== undefined) return belongsTo(outer, waitsFor);
  const own = inner.runner === undefined ? 0 : 1;
  return callbacksAbove(waitsFor) > own;
}

/** The filters of updates, deletions and findAndModify; an insert has none. */
function filtersOf({ statements, query }: DriverOperation): Filters {
  return statements ?? query;
}

function isConflict(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === writeConflict;
}
