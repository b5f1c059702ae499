import { Registry } from 'prom-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { trackers } from '../../../src/guard/runtime/tracking/trackers.ts';
import { collectMetrics } from '../../../src/services/prometheus/index.ts';
import { type Driver, drivers } from '../../real/support/drivers.ts';
import { failCommand } from '../../real/support/fail-point.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { silenceWarnings } from '../../real/support/silent-warnings.ts';

silenceWarnings();
const uri = ownReplicaSet();

/** The samples of a registry whose names begin so, without buckets and times. */
async function samples(registry: Registry, name: string): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n');
  return lines.filter(line => line.startsWith(`session_guard_${name}`) && !/_bucket|seconds_sum/.test(line));
}

function open(driver: Driver, appName: string): ConnectionManager {
  const mongo = driver.manage(uri(), { appName }, {});
  onTestFinished(() => mongo.close());
  return mongo;
}

test.each(drivers)(
  '$name: transactions are counted by name and outcome, with attempts and reasons',
  async driver => {
    const registry = new Registry();
    const appName = `metrics ${driver.name}`;
    const admin = new driver.lib.MongoClient(uri());
    onTestFinished(() => admin.close());
    const mongo = open(driver, appName);
    onTestFinished(collectMetrics(registry, mongo));
    const things = mongo.db('metrics').collection('things');
    await things.insertOne({});
    await failCommand(
      admin,
      appName,
      { times: 1 },
      {
        failCommands: ['insert'],
        errorCode: 112,
        errorLabels: ['TransientTransactionError'],
      },
    );
    await mongo.withTxn(session => things.insertOne({}, { session }), { name: 'place order' });
    await expect(mongo.withTxn(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
    expect(await samples(registry, 'transaction')).toEqual([
      'session_guard_transaction_duration_seconds_count{transaction="place order",outcome="committed"} 1',
      'session_guard_transaction_duration_seconds_count{transaction="unnamed",outcome="aborted"} 1',
      'session_guard_transaction_attempts_sum{transaction="place order"} 2',
      'session_guard_transaction_attempts_count{transaction="place order"} 1',
      'session_guard_transaction_attempts_sum{transaction="unnamed"} 1',
      'session_guard_transaction_attempts_count{transaction="unnamed"} 1',
      'session_guard_transaction_retries_total{of="transaction",reason="WriteConflict"} 1',
    ]);
    expect(await samples(registry, 'sessions')).toEqual([
      'session_guard_sessions_open 0',
      'session_guard_sessions_started_total 2',
    ]);
  },
);

test.each(drivers)('$name: operations, waits, findings and connections are measured', async driver => {
  const registry = new Registry();
  const mongo = open(driver, `work ${driver.name}`);
  onTestFinished(collectMetrics(registry, mongo));
  const things = mongo.db('metrics').collection('things');
  const session = mongo.startSession();
  await mongo.withTxn(async own => {
    void things.findOne({}, { session: own });
  });
  await expect(things.find({ $bad: 1 }).toArray()).rejects.toThrow();
  expect(await samples(registry, 'sessions_open')).toEqual(['session_guard_sessions_open 1']);
  await session.endSession();
  expect(await samples(registry, 'operation_duration')).toEqual([
    'session_guard_operation_duration_seconds_count{operation="find",outcome="ok"} 1',
    'session_guard_operation_duration_seconds_count{operation="commitTransaction",outcome="ok"} 1',
    'session_guard_operation_duration_seconds_count{operation="find",outcome="error"} 1',
  ]);
  expect(await samples(registry, 'wait')).toEqual([
    'session_guard_wait_duration_seconds_count{for="drain"} 1',
  ]);
  expect(await samples(registry, 'findings')).toContain(
    'session_guard_findings_total{rule="unawaited-operation",severity="warn"} 1',
  );
  expect((await samples(registry, 'pool_connections')).map(line => line.replace(/:\d+/, ''))).toEqual([
    'session_guard_pool_connections{pool="127.0.0.1",state="idle"} 1',
    'session_guard_pool_connections{pool="127.0.0.1",state="used"} 0',
  ]);
  await mongo.close();
  expect((await samples(registry, 'pool_connections')).map(line => line.split(' ')[1])).toEqual(['0', '0']);
});

test('one registry has several managers, each once, and no others', async () => {
  const registry = new Registry();
  const [first, second, third] = [
    new ConnectionManager(uri()),
    new ConnectionManager(uri()),
    new ConnectionManager(uri()),
  ];
  const stops = [collectMetrics(registry, [first, second]), collectMetrics(registry, first)];
  for (const mongo of [first, second, third]) await mongo.db('several').collection('things').findOne({});
  const count = 'session_guard_operation_duration_seconds_count{operation="find",outcome="ok"}';
  expect(await samples(registry, 'operation_duration')).toEqual([`${count} 2`]);
  stops.push(collectMetrics(registry));
  await third.db('several').collection('things').findOne({});
  expect(await samples(registry, 'operation_duration')).toEqual([`${count} 3`]);
  for (const stop of stops) stop();
  await first.db('several').collection('things').findOne({});
  // A counter never goes back.
  expect(await samples(registry, 'operation_duration')).toEqual([`${count} 3`]);
  expect(trackers.size).toBe(0);
  await Promise.all([first, second, third].map(mongo => mongo.close()));
});

test('after a hundred names of transactions, further ones are `other`', async () => {
  const registry = new Registry();
  const mongo = new ConnectionManager(uri());
  onTestFinished(collectMetrics(registry, mongo));
  for (let n = 0; n < 103; n += 1) await mongo.withTxn(() => Promise.resolve(), { name: `order ${n}` });
  const attempts = (await samples(registry, 'transaction_attempts')).filter(line => line.includes('_count'));
  expect(attempts).toHaveLength(101);
  expect(attempts.at(-1)).toBe('session_guard_transaction_attempts_count{transaction="other"} 3');
  await mongo.close();
});

test('a registry that was cleared gets the metrics again', async () => {
  const registry = new Registry();
  collectMetrics(registry)();
  registry.clear();
  expect(await samples(registry, 'sessions')).toEqual([]);
  collectMetrics(registry)();
  expect(await samples(registry, 'sessions')).toEqual([
    'session_guard_sessions_open 0',
    'session_guard_sessions_started_total 0',
  ]);
});

test('two copies of this package, as an ES module and as CommonJS, share the metrics of a registry', async () => {
  const registry = new Registry();
  const mongo = new ConnectionManager(uri());
  onTestFinished(() => mongo.close());
  onTestFinished(collectMetrics(registry));
  vi.resetModules();
  const other = await import('../../../src/services/prometheus/index.ts');
  expect(other.collectMetrics).not.toBe(collectMetrics);
  onTestFinished(other.collectMetrics(registry));
  await mongo.db('copies').collection('things').findOne({});
  expect(await samples(registry, 'operation_duration')).toEqual([
    'session_guard_operation_duration_seconds_count{operation="find",outcome="ok"} 1',
  ]);
});

test('a value that is not a registry, or not a manager, is refused', () => {
  const nothing = {} as unknown as Registry;
  expect(() => collectMetrics(nothing)).toThrow('collectMetrics takes a Registry of prom-client.');
  const none = {} as unknown as ConnectionManager;
  expect(() => collectMetrics(new Registry(), none)).toThrow('collectMetrics takes a ConnectionManager');
});
