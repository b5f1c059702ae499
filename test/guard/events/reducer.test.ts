import { expect, test } from 'vitest';
import type { SessionGuardEvent } from '../../../src/guard/events/events.ts';
import {
  awaitable,
  inTransaction,
  type SessionRecord,
  transactionRuns,
} from '../../../src/guard/events/record.ts';
import { openRecord, reduce, reduceWorld } from '../../../src/guard/events/reducer.ts';
import { World } from '../../../src/guard/events/world.ts';
import { parseTrace } from '../../../src/testing/index.ts';

/** The record of the only session of a trace. */
function recordOf(trace: string): SessionRecord {
  const [start, ...events] = parseTrace(trace);
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const record = openRecord(start);
  for (const event of events) reduce(record, event);
  return record;
}

function left(scope: number): SessionGuardEvent {
  return { v: 1, at: 1, client: 0, type: 'scope.left', scope };
}

const phaseOf = (trace: string) => recordOf(trace).transaction?.phase;

test('A new record is open, with nothing begun.', () => {
  const record = recordOf('start(scope=7)');
  expect(record).toMatchObject({
    phase: 'open',
    startedBy: 'user',
    scope: 7,
    operations: 0,
    transactions: 0,
  });
  expect(record.openOperations.size).toBe(0);
  expect(record.transaction).toBeUndefined();
});

test('A session ends, and the record keeps who ended it and where.', () => {
  expect(recordOf('start ending').phase).toBe('ending');
  const ended = recordOf('start end(close)');
  expect(ended).toMatchObject({ phase: 'ended', endedBy: 'close' });
  expect(ended.endSite?.stack).toContain(':1:7');
});

test('Operations are open from request to answer.', () => {
  const record = recordOf('start begin(a) begin(b find shop.users) settle(a)');
  expect([...record.openOperations.values()].map(({ command }) => command)).toEqual(['find']);
  expect(record.operations).toBe(2);
});

test('Only operations that somebody could have awaited are awaitable.', () => {
  const record = recordOf(
    'start begin(a) begin(k killCursors) begin(q getMore shop.users quiet) begin(b insert shop.x kind=batch) txn aborting',
  );
  expect(awaitable(record).map(({ command }) => command)).toEqual(['insert']);
});

test('A commit in flight is awaitable.', () => {
  expect(awaitable(recordOf('start txn committing')).map(({ kind }) => kind)).toEqual(['commit']);
});

test.each([
  ['start', undefined],
  ['start txn', 'active'],
  ['start txn committing', 'committing'],
  ['start txn commit', 'committed'],
  ['start txn aborting', 'aborting'],
  ['start txn abort', 'aborted'],
  ['start txn commit-fail(112)', 'failed'],
  ['start txn commit-fail(91 label=UnknownTransactionCommitResult) commit', 'committed'],
  ['start txn commit txn', 'active'],
  ['start txn end', 'aborted'],
  ['start txn commit end', 'committed'],
  ['start txn commit abort-fail(client)', 'committed'],
  ['start txn abort commit-fail(client)', 'aborted'],
  ['start end txn', undefined],
  ['start txn(standalone refused)', 'aborted'],
])("After '%s' the transaction's phase is %s.", (trace, phase) => {
  expect(phaseOf(trace)).toBe(phase);
});

test('Only an active transaction is one that operations join.', () => {
  expect(inTransaction(recordOf('start txn'))).toBe(true);
  expect(inTransaction(recordOf('start txn committing'))).toBe(false);
});

test.each([
  ['start txn', true],
  ['start txn committing', true],
  ['start txn aborting', true],
  ['start txn commit', false],
  ['start txn abort', false],
  ['start', false],
])("After '%s' it is %s that the transaction runs.", (trace, runs) => {
  expect(transactionRuns(recordOf(trace))).toBe(runs);
});

test('A second start inside a transaction, which the driver refuses, changes nothing.', () => {
  const record = recordOf('start txn run(a) txn');
  expect(record.transactions).toBe(1);
  expect(record.transaction).toMatchObject({ number: 1, operations: 1 });
});

test('The outcome of a rejected commit is unknown if its label says so.', () => {
  expect(recordOf('start txn commit-fail(112)').transaction?.outcomeUnknown).toBe(false);
  const unknown = recordOf('start txn commit-fail(91 label=UnknownTransactionCommitResult)');
  expect(unknown.transaction?.outcomeUnknown).toBe(true);
});

test('The outcome of the next transaction is not the one before.', () => {
  const { transaction } = recordOf('start txn commit-fail(91 label=UnknownTransactionCommitResult) txn');
  expect(transaction).toMatchObject({ number: 2, outcomeUnknown: false });
});

test('Calls around commands are counted while they are open.', () => {
  expect(recordOf('start begin(a withTxn) begin(b)').openCalls).toBe(1);
  expect(recordOf('start begin(a withTxn) begin(b) settle(b)').openCalls).toBe(1);
  expect(recordOf('start begin(a withTxn) begin(b) settle(b) settle(a)').openCalls).toBe(0);
});

test('An operation without a collection adds none to its transaction.', () => {
  const { transaction } = recordOf('start txn run(a ping) run(b insert shop.b)');
  expect([...(transaction?.namespaces ?? [])]).toEqual(['shop.b']);
});

test('A transaction counts its operations and remembers their collections.', () => {
  const { transaction } = recordOf('start run(x insert shop.x) txn run(a find shop.a) run(b insert shop.b)');
  expect(transaction?.operations).toBe(2);
  expect([...(transaction?.namespaces ?? [])]).toEqual(['shop.a', 'shop.b']);
});

test.each([
  ['the first operation that a server rejected', 'start txn begin(a) begin(b) fail(b 112) fail(a 251)', 'b'],
  ['none of the client’s own validation', 'start txn begin(a) fail(a client)', undefined],
  ['none outside of the transaction', 'start begin(a) txn fail(a 112)', undefined],
  [
    'the bulk write, not its batch',
    'start txn begin(a bulkWrite x.y) begin(b insert x.y kind=batch) fail(b 112) fail(a 112)',
    'a',
  ],
  [
    'the operation, not the runner that it leaves',
    'start txn begin(a withTxn) begin(b) fail(a 112)',
    undefined,
  ],
])('The first failure of a transaction is %s.', (_, trace, name) => {
  const begun = { a: 1, b: 2 };
  const failure = recordOf(trace).transaction?.firstFailure;
  expect(failure?.operation.id).toBe(name === undefined ? undefined : begun[name === 'a' ? 'a' : 'b']);
});

test('The first failure is forgotten when the next attempt starts.', () => {
  expect(recordOf('start txn begin(a) fail(a 112) abort txn').transaction?.firstFailure).toBeUndefined();
});

test('A transaction keeps who ended it first, and where.', () => {
  const record = recordOf('start txn commit@here abort-fail(client)@there');
  expect(record.transaction).toMatchObject({ endedBy: 'user' });
  expect(record.transaction?.endSite?.stack).toContain('here:1:1');
});

test('The callback of a runner is running from the start of the attempt until it returns.', () => {
  expect(recordOf('start runner').inCallback).toBe(false);
  expect(recordOf('start runner txn').inCallback).toBe(true);
  expect(recordOf('start runner txn callback-returns').inCallback).toBe(false);
  expect(recordOf('start txn').inCallback).toBe(false);
});

test('A cursor is open until it is closed, and belongs to the transaction it was opened in.', () => {
  const record = recordOf(
    'start run(a find x.a) open(a) txn run(b find x.b) open(b) run(c find x.c) open(c) close(c)',
  );
  expect([...record.openCursors.values()].map(({ transaction }) => transaction)).toEqual([undefined, 1]);
});

test('Use moves `lastUsedAt`; an end does not.', () => {
  expect(recordOf('start wait(5s) begin(a)').lastUsedAt).toBe(5002);
  expect(recordOf('start begin(a) wait(5s) settle(a)').lastUsedAt).toBe(5003);
  expect(recordOf('start wait(5s) end').lastUsedAt).toBe(0);
});

test('A kept session is marked.', () => {
  expect(recordOf('start keep').kept).toBe(true);
});

test('A session is abandoned when its scope is left, until it is used again.', () => {
  const [start] = parseTrace('start(scope=1)');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const world = new World();
  const record = openRecord(start);
  world.sessions.set(1, record);
  reduceWorld(world, left(2));
  expect(record.abandoned).toBe(false);
  reduceWorld(world, left(1));
  expect(record.abandoned).toBe(true);
  for (const event of parseTrace('start begin(a)').slice(1)) reduce(record, event);
  expect(record.abandoned).toBe(false);
});

test('A session of a request has served until that request is left, whatever its parts do.', () => {
  const world = new World();
  const start = { v: 1, at: 0, client: 1, session: 1, type: 'session.started', by: 'user' } as const;
  const record = openRecord({ ...start, scope: 2, scopes: [2, 1] });
  world.sessions.set(record.id, record);
  reduceWorld(world, left(2));
  expect(record.servedUntil).toBeUndefined();
  reduceWorld(world, { v: 1, at: 1, client: 0, type: 'scope.left', scope: 1, newest: 7 });
  expect(record.servedUntil).toBe(7);
});

test('A session of no request has served when the first that used it is left.', () => {
  const world = new World();
  const record = recordOf('start run(a scope=2 within=1) run(b scope=4)');
  world.sessions.set(record.id, record);
  reduceWorld(world, left(2));
  reduceWorld(world, left(3));
  expect(record.servedUntil).toBeUndefined();
  reduceWorld(world, left(4));
  expect(record.servedUntil).toBe(4);
  reduceWorld(world, left(1));
  expect(record.servedUntil).toBe(4);
});

test('Of a session of no request, the requests that have used it are kept until it has served, each with its own session.', () => {
  const world = new World();
  const [record, other] = [recordOf('start run(a scope=2)'), recordOf('start run(a scope=3)')];
  expect([[...record.guests], [...other.guests]]).toEqual([[2], [3]]);
  world.sessions.set(record.id, record);
  reduceWorld(world, left(2));
  for (const event of parseTrace('start run(b scope=4)').slice(1)) reduce(record, event);
  expect([...record.guests]).toEqual([2]);
});

test('A session of a request keeps no others.', () => {
  expect([...recordOf('start(scope=1) run(a scope=1) run(b scope=4)').guests]).toEqual([]);
});

test('A session is used outside of requests if it sends something there; a runner around it does not count.', () => {
  expect(recordOf('start runner txn(scope=1) run(a scope=1) callback-returns commit').usedOutside).toBe(
    false,
  );
  expect(recordOf('start run(a scope=1) run(b)').usedOutside).toBe(true);
  expect(recordOf('start txn run(a scope=1) commit').usedOutside).toBe(true);
});
