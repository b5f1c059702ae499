import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';
import { failCommand } from '../../real/support/fail-point.ts';
import { passSeconds } from '../../real/support/set-clock.ts';
import { ageMongo } from '../support/age.ts';
import { sessionsOn, storeOn } from './support/sessions.ts';

// The server's cleaning is a monitor that sleeps between its passes: 60 s by default.
let server: Awaited<ReturnType<typeof startReplicaSet>> | undefined;
let admin: MongoClient;

beforeAll(async () => {
  const parameters = ['ttlMonitorEnabled=false', 'ttlMonitorSleepSecs=1'];
  server = await startReplicaSet({ args: parameters.flatMap(parameter => ['--setParameter', parameter]) });
  admin = new MongoClient(server.uri);
});

afterAll(async () => {
  await admin.close();
  await server?.stop();
});

const uri = () => server?.uri ?? '';

test('an expired session is still in the collection, with the TTL index, until the monitor runs; the store returns null', async () => {
  const { store, collection } = await sessionsOn({ uri: uri() });
  const session = await store.create({ n: 1 }, { user: 'user-1', idleSeconds: 0.2 });
  await expect.poll(() => store.get(session.id, { refresh: false })).toBeNull();
  // Raw reading finds it: that a document is there does not mean that it is not over.
  const left = await collection.find({ v: session.version }).toArray();
  expect(left).toMatchObject([{ e: new Date(session.expiresAt), d: { _n: '1' } }]);
  expect(await store.patch(session, { n: 2 })).toEqual({ ended: true, reason: 'expired' });
  expect(await store.destroy(session.id)).toBe(false);
});

test('the monitor removes expired sessions when it runs, and nothing else', async () => {
  const { store, collection } = await sessionsOn({ uri: uri() });
  const short = await store.create({}, { idleSeconds: 0.1 });
  const long = await store.create({}, { idleSeconds: 100 });
  await sleep(200);
  await admin.db('admin').command({ setParameter: 1, ttlMonitorEnabled: true });
  const there = async () => (await collection.find().toArray()).map(({ v }) => Number(v));
  await expect.poll(there, { interval: 100, timeout: 120_000 }).not.toContain(short.version);
  await admin.db('admin').command({ setParameter: 1, ttlMonitorEnabled: false });
  expect(await there()).toEqual([long.version]);
});

test('the clock of the application plays no part: it may be five minutes off', async () => {
  const { store } = await sessionsOn({ uri: uri() });
  const now = Date.now();
  for (const offMS of [-300_000, 300_000]) {
    vi.spyOn(Date, 'now').mockImplementation(() => now + offMS);
    const login = await store.beginLogIn('user-1');
    const session = await store.create({ n: 1 }, { user: 'user-1', login });
    expect(Math.abs(session.expiresAt - 1_800_000 - now)).toBeLessThan(20_000);
    expect(await store.get(session.id)).toMatchObject({ data: { n: 1 } });
    await store.destroyAll('user-1');
    await expect(store.create({}, { user: 'user-1', login })).rejects.toMatchObject({
      code: 'ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED',
    });
    vi.restoreAllMocks();
  }
});

test('a server whose clock shows another time than it did is found out by the create itself', async () => {
  const { store, sent } = await sessionsOn({ uri: uri() });
  const login = await store.beginLogIn('user-1');
  const first = await store.create({}, { user: 'user-1', login });
  // As if the server's clock had been set back by 40 s: what is known of it is too late by that.
  passSeconds(40);
  sent.length = 0;
  const second = await store.create({}, { user: 'user-1', login });
  expect(second.createdAt - first.createdAt).toBeLessThan(20_000);
  const names = sent.map(({ commandName }) => commandName);
  expect(names).toEqual(['insert', 'aggregate', 'findAndModify', 'insert', 'aggregate']);
});

test.each([
  { how: 'back', seconds: 40 },
  { how: 'forward', seconds: -40 },
])('after a server whose clock was set $how, a patch is computed by the server', async ({ seconds }) => {
  const { store, sent } = await sessionsOn({ uri: uri() });
  const session = await store.create({ a: 1 }, { user: 'user-1' });
  passSeconds(seconds);
  sent.length = 0;
  const patched = await store.patch(session, { a: 2 });
  expect(sent.map(({ commandName }) => commandName)).toEqual(['update', 'findAndModify']);
  if (!('id' in patched)) throw new Error('The session has ended.');
  expect(Math.abs(patched.expiresAt - session.expiresAt)).toBeLessThan(20_000);
  expect((await store.get(session.id, { refresh: false }))?.expiresAt).toBe(patched.expiresAt);
});

test('a patch that waits for its connection is still one command', async () => {
  const appName = 'a patch that waits';
  const { store, collection, sent } = await sessionsOn({ uri: uri(), client: { appName, maxPoolSize: 1 } });
  const session = await store.create({ a: 1 });
  sent.length = 0;
  const fault = { failCommands: ['count'], blockConnection: true, blockTimeMS: 2500 };
  await failCommand(admin, appName, { times: 1 }, fault);
  const blocking = collection.estimatedDocumentCount();
  const patched = await store.patch(session, { a: 2 });
  await blocking;
  expect(sent.map(({ commandName }) => commandName)).toEqual(['count', 'update']);
  expect(patched).toMatchObject({ data: { a: 2 } });
});

test('a patch of a session that ends soon is computed by the server, in one command', async () => {
  const { store, collection, sent } = await sessionsOn({ uri: uri() });
  const { id } = await store.create({ a: 1 }, { idleSeconds: 600 });
  await ageMongo(collection, 595_000);
  const session = await store.get(id, { refresh: false });
  if (session === null) throw new Error('This took more than five seconds.');
  sent.length = 0;
  expect(await store.patch(session, { a: 2 })).toMatchObject({ data: { a: 2 } });
  expect(sent.map(({ commandName }) => commandName)).toEqual(['findAndModify']);
});

test('one that has not been heard of for a minute is asked for the time', async () => {
  const { store, sent } = await sessionsOn({ uri: uri() });
  await store.create({});
  passSeconds(61);
  sent.length = 0;
  const session = await store.create({});
  expect(sent.map(({ commandName }) => commandName)).toEqual(['aggregate', 'insert']);
  expect(Math.abs(session.createdAt - Date.now())).toBeLessThan(20_000);
});

test('two stores on one collection agree on which sessions have expired', async () => {
  const { store, collection } = await sessionsOn({ uri: uri() });
  const other = storeOn(collection);
  const session = await store.create({}, { idleSeconds: 600 });
  expect(await other.get(session.id, { refresh: false })).not.toBeNull();
  await ageMongo(collection, 601_000);
  expect(await Promise.all([store, other].map(one => one.get(session.id)))).toEqual([null, null]);
});
