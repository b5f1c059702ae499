import { observationFailed } from '../../guard/failures.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { type AttemptScope, currentScope } from '../../scope/async-scope.ts';
import type { Operation } from '../../session/events.ts';
import type { SessionRecord } from '../../session/record.ts';
import type { DriverClient, DriverOperation } from '../driver/driver-types.ts';
import { belongsTo } from '../proof/belongs.ts';
import { callbacksAbove } from '../proof/callback-frames.ts';
import { documentKeys, documentsNumber, type Filters } from './document-keys.ts';

/** WriteConflict: somebody else has changed the document, or is about to. */
const writeConflict = 112;

/** The latest writes of a transaction that are kept in mind. */
const most = 50;

interface Write {
  readonly namespace: string;
  readonly filters: Filters;
}

interface Writes {
  readonly transaction: object;
  readonly list: Write[];
}

/** What the running transaction of a session has changed: looked at only when another transaction meets a conflict. */
const written = new WeakMap<LiveSession, Writes>();

/** Called for each write of a transaction that has succeeded. */
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

/** An operation of a transaction has failed: tells whom it has met, if it was a conflict. */
export function noteConflict(
  client: DriverClient,
  live: LiveSession,
  begun: Operation,
  operation: DriverOperation,
  error: unknown,
): void {
  if (!begun.inTransaction || !isConflict(error) || begun.namespace === undefined) return;
  try {
    tell(client, live, begun, begun.namespace, filtersOf(operation));
  } catch (bug) {
    observationFailed(bug);
  }
}

function tell(
  client: DriverClient,
  live: LiveSession,
  operation: Operation,
  namespace: string,
  filters: Filters,
): void {
  const { guard, record } = live;
  const keys = filters === undefined ? undefined : documentKeys(namespace, filters);
  const documents = keys && documentsNumber(keys);
  const outer = keys && holderOf(client, live, keys);
  const holder = outer && (outer.transaction?.site ?? {});
  const what = { operation, documents, holder, holderSession: outer?.id };
  guard.publish({ type: 'operation.conflicted', session: record.id, ...what }, record);
}

/** A transaction around this one, in whose way it is: it has changed the same document, and waits for this one. */
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

function holds(outer: LiveSession, keys: ReadonlySet<string>): boolean {
  const { transaction } = outer.record;
  const writes = written.get(outer);
  if (transaction?.phase !== 'active' || writes?.transaction !== transaction) return false;
  return writes.list.some(({ namespace, filters }) =>
    [...documentKeys(namespace, filters)].some(key => keys.has(key)),
  );
}

/** Work that the outer transaction has left to itself may come to its turn. */
function waitsFor(outer: AttemptScope, inner: LiveSession): boolean {
  if (outer.home !== undefined) return belongsTo(outer, waitsFor);
  const own = inner.helper === undefined ? 0 : 1;
  return callbacksAbove(waitsFor) > own;
}

/** Of updates, deletions and findAndModify; an insert has none. */
function filtersOf({ statements, query }: DriverOperation): Filters {
  return statements ?? query;
}

function isConflict(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === writeConflict;
}
