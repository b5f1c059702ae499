import { SpanStatusCode } from '@opentelemetry/api';
import { expect, onTestFinished, test } from 'vitest';
import { setTracing, traceMongo } from '../../../src/services/otel/index.ts';
import { type Driver, drivers } from '../../real/support/drivers.ts';
import { failCommand } from '../../real/support/fail-point.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { startSdk } from './support/spans.ts';

const uri = ownReplicaSet();
const sdk = startSdk();
traceMongo();

/** A manager and a collection of their own, and a client that sets fail points for them. */
async function open(driver: Driver, database: string) {
  const { lib, name } = driver;
  const appName = `${database} ${name}`;
  const admin = new lib.MongoClient(uri());
  setTracing(admin, { enabled: false });
  onTestFinished(() => admin.close());
  const mongo = driver.manage(uri(), { appName }, {});
  onTestFinished(() => mongo.close());
  const things = mongo.db(`${database}-${name.at(-1)}`).collection<{ _id: number }>('things');
  await things.insertOne({ _id: 0 });
  const fail = (commands: readonly string[], errorCode: number, labels: readonly string[]) =>
    failCommand(admin, appName, { times: 1 }, { failCommands: commands, errorCode, errorLabels: labels });
  sdk.reset();
  return { mongo, things, fail, target: things.namespace };
}

const eventsOf = (name: string) =>
  sdk
    .spans()
    .find(span => span.name === name)
    ?.events.map(event => [event.name, event.attributes]) ?? [];

const hasErrors = () => sdk.spans().some(({ status }) => status.code === SpanStatusCode.ERROR);

test.each(drivers)(
  '$name: withTxn is one span over all attempts, and a retry is not an error',
  async driver => {
    const { mongo, things, fail, target } = await open(driver, 'retried');
    await fail(['insert'], 112, ['TransientTransactionError']);
    await mongo.withTxn(session => things.insertOne({ _id: 1 }, { session }), { name: 'place order' });
    expect(sdk.text()).toEqual([
      'transaction',
      `  insert ${target}`,
      '    insert',
      '  abortTransaction admin',
      '    abortTransaction',
      `  insert ${target}`,
      '    insert',
      '  commitTransaction admin',
      '    commitTransaction',
    ]);
    expect(sdk.spans()[0]?.attributes).toEqual({ 'db.system.name': 'mongodb' });
    expect(eventsOf('transaction')).toEqual([
      [
        'session_guard.retry',
        {
          'session_guard.retry.of': 'transaction',
          'session_guard.attempt': 2,
          'session_guard.reason': 'WriteConflict',
          'db.response.status_code': '112',
        },
      ],
      [
        'session_guard.transaction.end',
        {
          'session_guard.outcome': 'committed',
          'session_guard.attempts': 2,
          'session_guard.transaction.name': 'place order',
        },
      ],
    ]);
    expect(hasErrors()).toBe(false);
  },
);

test.each(drivers)('$name: a commit that is sent again is an event, too', async driver => {
  const { mongo, things, fail } = await open(driver, 'commits');
  await fail(['commitTransaction'], 91, ['UnknownTransactionCommitResult']);
  const session = mongo.startSession();
  await session.withTransaction(() => things.insertOne({ _id: 1 }, { session }));
  await session.endSession();
  expect(eventsOf('transaction').map(([name]) => name)).toEqual([
    'session_guard.retry',
    'session_guard.transaction.end',
  ]);
});

test.each(drivers)('$name: a transaction that fails is an error, once', async driver => {
  const { mongo, things } = await open(driver, 'failed');
  const run = mongo.withTxn(async session => {
    await things.insertOne({ _id: 1 }, { session });
    throw new RangeError('secret-4711');
  });
  await expect(run).rejects.toThrow('secret-4711');
  const failed = sdk.spans().filter(({ status }) => status.code === SpanStatusCode.ERROR);
  expect(failed.map(({ name, status }) => [name, status.message])).toEqual([['transaction', 'RangeError']]);
  expect(JSON.stringify(failed[0]?.events)).not.toContain('secret-4711');
});

test.each(drivers)('$name: a manual transaction is a span until its commit or its abort', async driver => {
  const { mongo, things, target } = await open(driver, 'manual');
  const session = mongo.startSession();
  session.startTransaction();
  await things.insertOne({ _id: 1 }, { session });
  await session.commitTransaction();
  await things.findOne({}, { session });
  session.startTransaction();
  await things.insertOne({ _id: 2 }, { session });
  await session.endSession();
  expect(sdk.text()).toEqual([
    'transaction',
    `  insert ${target}`,
    '    insert',
    '  commitTransaction admin',
    '    commitTransaction',
    `find ${target}`,
    '  find',
    'transaction',
    `  insert ${target}`,
    '    insert',
    '  abortTransaction admin',
    '    abortTransaction',
  ]);
});

test.each(drivers)('$name: a span of the program inside the callback stays between', async driver => {
  const { mongo, things, target } = await open(driver, 'between');
  await sdk.inside('request', () =>
    mongo.withTxn(session => sdk.inside('charge', () => things.insertOne({ _id: 1 }, { session }))),
  );
  expect(sdk.text()).toEqual([
    'request',
    '  transaction',
    '    charge',
    `      insert ${target}`,
    '        insert',
    '    commitTransaction admin',
    '      commitTransaction',
  ]);
});

test.each(drivers)('$name: what the callback has not awaited is a wait with its finding', async driver => {
  const { mongo, things, target } = await open(driver, 'stragglers');
  await mongo.withTxn(async session => {
    void things.insertOne({ _id: 1 }, { session });
  });
  const [drain] = eventsOf('transaction');
  expect(drain).toEqual([
    'session_guard.wait',
    {
      'session_guard.wait.for': 'drain',
      'session_guard.wait.duration_ms': expect.any(Number),
      'session_guard.wait.operations': [`insert ${target}`],
    },
  ]);
  expect(eventsOf(`insert ${target}`)).toContainEqual([
    'session_guard.finding',
    expect.objectContaining({ 'session_guard.finding.rule': 'unawaited-operation' }),
  ]);
});
