import { afterEach, beforeEach, expect, test } from 'vitest';
import { MongoClient } from 'mongodb';
import { ConnectionManager } from '../../../src/index.ts';
import { trackers } from '../../../src/guard/runtime/tracking/trackers.ts';
import { setTracing, traceMongo } from '../../../src/services/otel/index.ts';
import { drivers } from '../../real/support/drivers.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { startSdk } from './support/spans.ts';

const enabled = 'OTEL_NODE_INSTRUMENTATION_MONGODB_ENABLED';
const maxLength = 'OTEL_NODE_INSTRUMENTATION_MONGODB_QUERY_TEXT_MAX_LENGTH';

beforeEach(() => sdk.reset());
afterEach(() => {
  delete process.env[enabled];
  delete process.env[maxLength];
});

const sdk = startSdk();

/** The texts of the queries in the spans of one `find`, or undefined without spans. */
async function find(mongo: ConnectionManager, text = 'tea'): Promise<unknown[] | undefined> {
  sdk.reset();
  await mongo.db('settings').collection('things').findOne({ text });
  const spans = sdk.spans();
  await mongo.close();
  return spans.length === 0 ? undefined : spans.flatMap(span => span.attributes['db.query.text'] ?? []);
}

const open = () => new ConnectionManager(replicaSetUri());

test('the variable `ENABLED` decides for a new client, both ways', async () => {
  const stop = traceMongo();
  process.env[enabled] = 'false';
  expect(await find(open())).toBeUndefined();
  for (const yes of ['true', '1', 'yes']) {
    process.env[enabled] = yes;
    expect(await find(open())).toEqual([]);
  }
  stop();
});

test('the variable `QUERY_TEXT_MAX_LENGTH` adds the text of commands; without it there is none', async () => {
  const stop = traceMongo();
  process.env[maxLength] = '1024';
  expect(await find(open())).toEqual([expect.stringContaining('"filter":{"text":"tea"}')]);
  delete process.env[maxLength];
  expect(await find(open())).toEqual([]);
  stop();
});

test('`setTracing` of a client holds against the environment', async () => {
  const stop = traceMongo();
  process.env[enabled] = 'true';
  process.env[maxLength] = '1024';
  const off = open();
  setTracing(off, { enabled: false });
  expect(await find(off)).toBeUndefined();
  const short = open();
  setTracing(short.client, { queryTextMaxLength: 10 });
  expect(await find(short)).toEqual(['{"find":"t...']);
  stop();
});

test.each(drivers)(
  '$name: a text has no session id and no cluster time, and values as relaxed JSON',
  async driver => {
    const stop = traceMongo({ queryTextMaxLength: 10_000 });
    const mongo = driver.manage(replicaSetUri(), {}, {});
    const id = new driver.lib.ObjectId('0123456789abcdef01234567');
    sdk.reset();
    await mongo.db('settings').collection('things').find({ _id: id, n: 1 }).toArray();
    const [text] = sdk.spans().flatMap(span => span.attributes['db.query.text'] ?? []);
    await mongo.close();
    stop();
    expect(JSON.parse(String(text))).toEqual({
      find: 'things',
      filter: { _id: { $oid: '0123456789abcdef01234567' }, n: 1 },
    });
  },
);

test('a client that is connected already is traced with its commands', async () => {
  const mongo = open();
  await mongo.db('settings').collection('things').findOne({});
  const stop = traceMongo();
  sdk.reset();
  await mongo.db('settings').collection('things').findOne({});
  expect(sdk.text()).toEqual(['find settings.things', '  find']);
  stop();
  sdk.reset();
  await mongo.db('settings').collection('things').findOne({});
  expect(sdk.text()).toEqual([]);
  expect([trackers.size, mongo.client.listenerCount('commandStarted')]).toEqual([0, 0]);
  await mongo.close();
});

test('an option that cannot work is refused', () => {
  expect(() => traceMongo({ queryTextMaxLength: -1 })).toThrow('queryTextMaxLength');
  const other = { on: () => undefined } as unknown as MongoClient;
  expect(() => setTracing(other, {})).toThrow('setTracing takes a ConnectionManager or a MongoClient.');
});
