import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { patchDriverOf } from '../../../src/guard/driver/observe.ts';
import { asDriverClient } from '../../../src/guard/manager/client/driver-views.ts';
import { traceMongo } from '../../../src/services/otel/index.ts';
import { drivers } from '../../real/support/drivers.ts';
import { runPreloaded } from '../../register/support/run-preloaded.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { startSdk } from './support/spans.ts';

const sdk = startSdk();
traceMongo();

test.each(drivers)('$name: a client without a manager is traced, too', async ({ lib }) => {
  const client = new lib.MongoClient(replicaSetUri());
  patchDriverOf(asDriverClient(client));
  const things = client.db('observed').collection<{ _id: number }>('things');
  await things.deleteMany({});
  sdk.reset();
  const session = client.startSession();
  await session.withTransaction(() => things.insertOne({ _id: 1 }, { session }));
  await session.endSession();
  await client.close();
  expect(sdk.text()).toEqual([
    'transaction',
    '  insert observed.things',
    '    insert',
    '  commitTransaction admin',
    '    commitTransaction',
    'endSessions admin',
    '  endSessions',
  ]);
});

test('the calls of mongoose are traced, with its transactions', async () => {
  const connection = await mongoose.createConnection(replicaSetUri(), { dbName: 'mongoose' }).asPromise();
  const mongo = ConnectionManager.adopt(connection);
  const Thing = connection.model('Thing', new mongoose.Schema({ name: String }), 'things');
  await Thing.init();
  sdk.reset();
  await connection.transaction(async session => {
    await Thing.create([{ name: 'tea' }], { session });
  });
  await mongo.withTxn(
    async () => {
      await Thing.findOne({});
    },
    { inject: true },
  );
  expect(sdk.text()).toEqual([
    'transaction',
    '  insert mongoose.things',
    '    insert',
    '  commitTransaction admin',
    '    commitTransaction',
    'transaction',
    '  find mongoose.things',
    '    find',
    '  commitTransaction admin',
    '    commitTransaction',
  ]);
  await connection.close();
});

interface Printed {
  readonly name: string;
  readonly inside?: string;
  readonly by: string;
}

async function runTraced(...args: readonly string[]): Promise<readonly Printed[]> {
  const program = fileURLToPath(new URL('../programs/traced.mjs', import.meta.url));
  const { stdout, code, stderr } = await runPreloaded({ program: [program, ...args] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const ours = [
  { name: 'find traced.things', by: 'session-guard' },
  { name: 'insert traced.things', inside: 'transaction', by: 'session-guard' },
  { name: 'commitTransaction admin', inside: 'transaction', by: 'session-guard' },
  { name: 'transaction', by: 'session-guard' },
];

test('a program under the preload is traced', async () => {
  const spans = await runTraced();
  const commands = [
    { name: 'find', inside: 'find traced.things', by: 'session-guard' },
    { name: 'insert', inside: 'insert traced.things', by: 'session-guard' },
    { name: 'commitTransaction', inside: 'commitTransaction admin', by: 'session-guard' },
  ];
  expect(spans).toHaveLength(7);
  expect(spans).toEqual(expect.arrayContaining([...ours, ...commands]));
});

test('with instrumentation-mongodb no command has two spans, and its spans are inside ours', async () => {
  const by = '@opentelemetry/instrumentation-mongodb';
  const spans = await runTraced('beside');
  const theirs = spans.filter(span => span.by === by);
  expect(spans.filter(span => span.by !== by)).toEqual(expect.arrayContaining(ours));
  expect(spans.filter(span => span.by !== by)).toHaveLength(ours.length);
  expect(theirs.map(({ inside }) => inside)).toEqual([
    'find traced.things',
    'insert traced.things',
    'commitTransaction admin',
  ]);
});
