import { SpanStatusCode } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { traceMongo } from '../../../src/services/otel/index.ts';
import { type Driver, drivers } from '../../real/support/drivers.ts';
import { fixture } from '../../real/support/fixture.ts';
import { hold, increment, increments, meetOnce } from '../../real/support/increments.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { gate } from '../../support/gate.ts';
import { startSdk } from './support/spans.ts';

const uri = ownReplicaSet();
const sdk = startSdk();
traceMongo();

/** The spans that have waited, and for what. */
function waits(): (readonly [string, unknown])[] {
  return sdk
    .spans()
    .flatMap(({ name, events }) =>
      events
        .filter(event => event.name === 'session_guard.wait')
        .map(({ attributes }) => [name, attributes?.['session_guard.wait.for']] as const),
    );
}

async function open(driver: Driver) {
  const prepared = await fixture(driver, { uri: uri() });
  await prepared.guarded.items.insertMany([
    { _id: 'hot', n: 0 },
    { _id: 'cold', n: 0 },
  ]);
  sdk.reset();
  return { ...prepared, target: prepared.guarded.items.namespace };
}

test.each(drivers)('$name: the turn of an operation, and of a transaction, are waits', async driver => {
  const { manager, guarded, target } = await open(driver);
  const { items } = guarded;
  const txn = (_id: string) =>
    manager.withTxn(
      session =>
        Promise.all([
          items.updateOne({ _id }, { $inc: { n: 1 } }, { session }),
          items.findOne({ _id }, { session }),
        ]),
      { serializeBy: 'items' },
    );
  await Promise.all([txn('hot'), txn('cold')]);
  expect(waits()).toContainEqual([`find ${target}`, 'queue']);
  expect(waits()).toContainEqual(['transaction', 'turn']);
});

test.each(drivers)('$name: after a conflict, the wait for the other transaction is one', async driver => {
  const prepared = await open(driver);
  const { manager, target } = prepared;
  await meetOnce(prepared, 'hot');
  const holder = await hold(prepared, 'hot');
  sdk.reset();
  const waiting = increment(prepared, 'hot', increments);
  await expect.poll(() => manager.stats().attemptsHeldBack).toBe(1);
  holder.end();
  await Promise.all([holder.done, waiting]);
  expect(waits()).toContainEqual([`find ${target}`, 'limiter']);
});

test.each(drivers)('$name: withTxn that is stopped in its wait for a turn has a span', async driver => {
  const { manager } = await open(driver);
  const end = gate();
  const first = manager.withTxn(() => end.opened, { serializeBy: 'items' });
  const controller = new AbortController();
  const second = manager.withTxn(() => Promise.resolve(), {
    serializeBy: 'items',
    name: 'second',
    signal: controller.signal,
  });
  await expect.poll(() => manager.stats().callsWaiting).toBe(1);
  controller.abort(new RangeError('no more'));
  expect(await failureOf(second)).toMatchObject({ message: 'no more' });
  const [span] = sdk.spans();
  expect(span).toMatchObject({
    name: 'transaction',
    status: { code: SpanStatusCode.ERROR, message: 'RangeError' },
  });
  expect(span?.events.map(({ name }) => name)).toEqual([
    'session_guard.wait',
    'session_guard.transaction.end',
    'exception',
  ]);
  expect(span?.events[1]?.attributes).toEqual({
    'session_guard.outcome': 'aborted',
    'session_guard.attempts': 0,
    'session_guard.transaction.name': 'second',
  });
  end.open();
  await first;
  expect(sdk.spans().filter(({ name }) => name === 'transaction')).toHaveLength(2);
});

test('a transaction that cannot connect is a span with the error', async () => {
  const mongo = new ConnectionManager('mongodb://127.0.0.1:9/', {
    client: { serverSelectionTimeoutMS: 1 },
  });
  sdk.reset();
  await failureOf(mongo.withTxn(() => Promise.resolve()));
  await mongo.close();
  expect(sdk.spans().map(({ name, status }) => [name, status.message])).toEqual([
    ['transaction', 'MongoServerSelectionError'],
  ]);
});

test('operations in flight when the tracing ends still end their spans; later operations have none', async () => {
  const stop = traceMongo();
  const [driver] = drivers;
  if (driver === undefined) throw new Error('There is no driver.');
  const prepared = await open(driver);
  const { items } = prepared.guarded;
  const holder = await hold(prepared, 'hot');
  sdk.reset();
  // Without a transaction of its own, the server lets it wait for the other transaction.
  const update = items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } });
  const command = new Promise(resolve => prepared.manager.client.once('commandStarted', resolve));
  await command;
  stop();
  holder.end();
  await Promise.all([holder.done, update]);
  await items.findOne({ _id: 'hot' });
  const text = sdk.text();
  expect(text).toContain('  update');
  expect(text.join()).not.toContain('find');
});

test.each(drivers)(
  '$name: a call that waits for its turn when the tracing ends still ends its span',
  async driver => {
    const stop = traceMongo();
    const { manager } = await open(driver);
    const end = gate();
    const first = manager.withTxn(() => end.opened, { serializeBy: 'items' });
    const second = manager.withTxn(() => Promise.resolve(), { serializeBy: 'items', name: 'second' });
    await expect.poll(() => manager.stats().callsWaiting).toBe(1);
    stop();
    end.open();
    await Promise.all([first, second]);
    const ends = sdk.spans().map(({ events }) => events.at(-1)?.attributes);
    expect(ends).toHaveLength(2);
    expect(ends[1]).toMatchObject({
      'session_guard.outcome': 'committed',
      'session_guard.transaction.name': 'second',
    });
  },
);
