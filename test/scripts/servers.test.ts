import { readdirSync, readFileSync } from 'node:fs';
import { MongoClient, type MongoServerError } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReplicaSet } from '../../scripts/servers/mongodb/replica-set.mjs';
import { startStandalone } from '../../scripts/servers/mongodb/standalone.mjs';
import { replicaSetUri, standaloneUri } from '../setup/servers.ts';

let server: Awaited<ReturnType<typeof startReplicaSet>>;
let client: MongoClient;

beforeAll(async () => {
  server = await startReplicaSet();
  client = new MongoClient(server.uri);
});

afterAll(async () => {
  await client.close();
  await server.stop();
});

test('a replica set takes transactions', async () => {
  const notes = client.db('servers').collection('notes');
  await client.withSession(session =>
    session.withTransaction(() => notes.insertOne({ text: 'kept' }, { session })),
  );
  expect(await notes.countDocuments()).toBe(1);
});

test('a replica set takes fail points', async () => {
  const data = { failCommands: ['ping'], errorCode: 8000 };
  await client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data });
  const error = await client
    .db('admin')
    .command({ ping: 1 })
    .catch((reason: MongoServerError) => reason);
  expect(error).toMatchObject({ code: 8000 });
  expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
});

test('a server that is paused does not answer until it is resumed', async () => {
  server.pause();
  const answer = client.db('admin').command({ ping: 1 });
  const first = await Promise.race([answer, pause(300).then(() => 'silence')]);
  server.resume();
  expect(first).toBe('silence');
  expect(await answer).toMatchObject({ ok: 1 });
});

test.runIf(process.platform === 'linux')('no thread of a paused server runs', async () => {
  const [pid = 0] = server.members.map(member => member.pid);
  for (let round = 0; round < 20; round += 1) {
    await client.db('admin').command({ ping: 1 });
    server.pause();
    const states = new Set(statesOf(pid));
    server.resume();
    expect([...states]).toEqual(['T']);
  }
});

/** Of all threads: `T` is stopped. */
function statesOf(pid: number): readonly string[] {
  const threads = `/proc/${pid}/task`;
  const texts = readdirSync(threads).map(thread => readFileSync(`${threads}/${thread}/stat`, 'utf8'));
  return texts.map(text => text.charAt(text.lastIndexOf(')') + 2));
}

test('a server that is killed refuses connections, and is stopped without complaint', async () => {
  const victim = await startStandalone();
  await victim.kill();
  const late = new MongoClient(victim.uri, { serverSelectionTimeoutMS: 2000 });
  await expect(late.connect()).rejects.toThrow('ECONNREFUSED');
  await victim.stop();
});

test('the shared servers are a replica set and a standalone', async () => {
  expect(await hello(replicaSetUri())).toHaveProperty('setName');
  expect(await hello(standaloneUri())).not.toHaveProperty('setName');
});

async function hello(uri: string) {
  await using shared = new MongoClient(uri);
  return await shared.db('admin').command({ hello: 1 });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
