import { SpanStatusCode } from '@opentelemetry/api';
import { expect, onTestFinished, test } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { traceMongo } from '../../../src/services/otel/index.ts';
import { drivers } from '../../real/support/drivers.ts';
import { failCommand } from '../../real/support/fail-point.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { startSdk } from './support/spans.ts';

const uri = ownReplicaSet();
const sdk = startSdk();
traceMongo();

/** What no span may have. */
const marker = 'planted-4711';

test.each(drivers)('$name: each operation has a span with its commands inside', async driver => {
  const { name } = driver;
  const mongo = driver.manage(uri(), {}, {});
  const db = mongo.db(`operations-${name.at(-1)}`);
  const things = db.collection<{ _id: number }>('things');
  sdk.reset();
  await things.insertOne({ _id: 1 });
  await things.insertMany([{ _id: 2 }, { _id: 3 }]);
  await things.find({}, { batchSize: 2 }).toArray();
  await things.findOneAndUpdate({ _id: 1 }, { $set: { x: 1 } });
  await things.bulkWrite([{ insertOne: { document: { _id: 7 } } }, { deleteOne: { filter: { _id: 7 } } }]);
  await things.countDocuments();
  await things.createIndex({ x: 1 });
  await things.listIndexes().toArray();
  await db.command({ ping: 1 });
  await things.drop();
  await mongo.close();
  const target = `operations-${name.at(-1)}.things`;
  expect(sdk.text()).toEqual([
    `insert ${target}`,
    '  insert',
    `insert ${target}`,
    '  insert',
    `find ${target}`,
    '  find',
    `getMore ${target}`,
    '  getMore',
    `findAndModify ${target}`,
    '  findAndModify',
    `insert ${target}`,
    '  insert',
    `delete ${target}`,
    '  delete',
    `aggregate ${target}`,
    '  aggregate',
    `createIndexes ${target}`,
    '  createIndexes',
    `listIndexes ${target}`,
    '  listIndexes',
    `runCommand operations-${name.at(-1)}`,
    '  ping',
    `dropCollection ${target}`,
    '  drop',
    'endSessions admin',
    '  endSessions',
  ]);
});

test.each(drivers)('$name: the attributes are those of the specification', async driver => {
  const mongo = driver.manage(uri(), {}, {});
  sdk.reset();
  await mongo.db('attributes').collection('things').find({}, { batchSize: 1 }).close();
  await mongo.db('attributes').collection('things').findOne({});
  const [operation, command] = sdk.spans().slice(-2);
  await mongo.close();
  expect(operation?.attributes).toEqual({
    'db.system.name': 'mongodb',
    'db.namespace': 'attributes',
    'db.collection.name': 'things',
    'db.operation.name': 'find',
    'db.operation.summary': 'find attributes.things',
  });
  const { 'db.mongodb.server_connection_id': connection = 0, ...attributes } = command?.attributes ?? {};
  // The driver knows it from 6.1 on.
  expect(connection).toEqual(expect.any(Number));
  expect(attributes).toEqual({
    'db.system.name': 'mongodb',
    'db.namespace': 'attributes',
    'db.collection.name': 'things',
    'db.command.name': 'find',
    'db.query.summary': 'find attributes.things',
    'server.address': '127.0.0.1',
    'server.port': Number(/:(\d+)/.exec(uri().slice(10))?.[1]),
    'network.transport': 'tcp',
    'db.mongodb.driver_connection_id': expect.any(Number),
    'db.mongodb.lsid': expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
  });
});

test.each(drivers)('$name: a retried command is not an error, one that was not repeated is', async driver => {
  const appName = `retried ${driver.name}`;
  const mongo = driver.manage(uri(), { appName }, {});
  const admin = new driver.lib.MongoClient(uri());
  onTestFinished(() => admin.close());
  const things = mongo.db('retried').collection('things');
  await failCommand(admin, appName, { times: 1 }, { failCommands: ['find'], errorCode: 89 });
  sdk.reset();
  await things.findOne({ marker });
  await expect(
    things.insertOne({ $bad: marker }).then(() => things.find({ $bad: 1 }).toArray()),
  ).rejects.toThrow();
  const spans = sdk.spans().filter(({ attributes }) => attributes['db.namespace'] === 'retried');
  await mongo.close();
  expect(
    spans.map(({ name, status, attributes }) => [name, status.code, attributes['db.response.status_code']]),
  ).toEqual([
    ['find retried.things', SpanStatusCode.UNSET, undefined],
    ['find', SpanStatusCode.UNSET, '89'],
    ['find', SpanStatusCode.UNSET, undefined],
    ['insert retried.things', SpanStatusCode.UNSET, undefined],
    ['insert', SpanStatusCode.UNSET, undefined],
    ['find retried.things', SpanStatusCode.ERROR, undefined],
    ['find', SpanStatusCode.ERROR, '2'],
  ]);
});

test.each(drivers)(
  '$name: an error is written without its message, which may quote documents',
  async driver => {
    const { name } = driver;
    const mongo = driver.manage(uri(), {}, {});
    const things = mongo.db(`exceptions-${name.at(-1)}`).collection<{ _id: string }>('things');
    await things.insertOne({ _id: marker });
    sdk.reset();
    await expect(things.insertOne({ _id: marker })).rejects.toThrow(marker);
    await mongo.close();
    const [operation, command] = sdk.spans();
    expect(operation?.attributes).toMatchObject({
      'exception.type': 'MongoServerError',
      'exception.message': '11000',
      'exception.stacktrace': expect.stringContaining('at '),
      'error.type': '11000',
    });
    expect(operation?.status).toEqual({ code: SpanStatusCode.ERROR, message: '11000' });
    expect(operation?.events.map(event => event.name)).toContain('exception');
    expect(command?.name).toBe('insert');
    for (const { attributes, events, status, links } of sdk.spans())
      expect(JSON.stringify([attributes, events, status, links])).not.toContain(marker);
  },
);

test('a span of the program is the parent, and the context of its callers stays', async () => {
  const mongo = new ConnectionManager(uri());
  sdk.reset();
  await sdk.inside('request', async () => {
    await mongo.db('parents').collection('things').findOne({});
    await sdk.inside('step', async () => undefined);
  });
  await mongo.close();
  expect(sdk.text().slice(0, 4)).toEqual(['request', '  find parents.things', '    find', '  step']);
});

test.each(drivers)(
  '$name: a wait for a connection of the pool is an event of the operation',
  async driver => {
    const appName = `pool ${driver.name}`;
    const mongo = driver.manage(uri(), { appName, maxPoolSize: 1 }, {});
    const admin = new driver.lib.MongoClient(uri());
    onTestFinished(() => admin.close());
    const things = mongo.db('pools').collection('things');
    await things.findOne({});
    await failCommand(
      admin,
      appName,
      { times: 1 },
      { failCommands: ['find'], blockConnection: true, blockTimeMS: 100 },
    );
    sdk.reset();
    await Promise.all([things.findOne({}), things.findOne({})]);
    await mongo.close();
    const waits = sdk
      .spans()
      .flatMap(({ events }) => events.filter(event => event.name === 'session_guard.wait'));
    expect(waits.map(({ attributes }) => attributes)).toContainEqual({
      'session_guard.wait.for': 'connection',
      'session_guard.wait.duration_ms': expect.any(Number),
    });
  },
);
