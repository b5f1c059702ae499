import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findMongod } from '../../../scripts/servers/mongodb/mongod-binary.mjs';
import { memoryReplicaSet, type MemoryReplicaSet } from '../../../src/testing/index.ts';

beforeEach(async () => void vi.stubEnv('MONGOMS_SYSTEM_BINARY', await findMongod()));
afterEach(() => void vi.unstubAllEnvs());

async function useOf(mongo: MemoryReplicaSet): Promise<{ members: number; failed: unknown }> {
  const client = new MongoClient(mongo.uri);
  try {
    const items = client.db('kit').collection('items');
    await client.withSession(session => session.withTransaction(() => items.insertOne({}, { session })));
    const { hosts } = await client.db().command({ hello: 1 });
    const data = { failCommands: ['find'], errorCode: 59 };
    await client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data });
    const failed: unknown = await items.findOne().catch((error: unknown) => error);
    return { members: hosts.length, failed };
  } finally {
    await client.close();
  }
}

it('has transactions and fail points, and may be stopped twice', async () => {
  const mongo = await memoryReplicaSet();
  const { members, failed } = await useOf(mongo);
  await mongo.stop();
  await mongo.stop();
  expect(members).toBe(1);
  expect(failed).toMatchObject({ code: 59 });
});

it('has as many `members` as are asked for', async () => {
  const mongo = await memoryReplicaSet({ members: 2 });
  try {
    expect(await useOf(mongo)).toMatchObject({ members: 2 });
  } finally {
    await mongo[Symbol.asyncDispose]();
  }
});

it('says what to do where there is no mongod that runs', async () => {
  vi.stubEnv('MONGOMS_SYSTEM_BINARY', '/nowhere/mongod');
  const error: unknown = await memoryReplicaSet().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'ERR_SESSION_GUARD_NO_SERVER', name: 'SessionGuardError' });
  expect(error).toHaveProperty('message', expect.stringContaining('Put mongod on the PATH'));
});

it('does not wait for a download longer than `downloadTimeoutMS`', async () => {
  vi.stubEnv('MONGOMS_SYSTEM_BINARY', '');
  // A host that takes connections and says nothing would do as well; one millisecond is too short for any.
  vi.stubEnv('MONGOMS_DOWNLOAD_MIRROR', 'http://127.0.0.1:9');
  const found = memoryReplicaSet({ version: '8.0.1', downloadTimeoutMS: 1 });
  await expect(found).rejects.toThrow('no end within 0.001 s');
});

it('refuses options that cannot be meant', async () => {
  await expect(memoryReplicaSet({ members: 0 })).rejects.toThrow("'members' of memoryReplicaSet must be");
  await expect(memoryReplicaSet({ sha256: 'abc' })).rejects.toThrow("'sha256' of memoryReplicaSet must be");
  const misspelt: object = { member: 2 };
  await expect(memoryReplicaSet(misspelt)).rejects.toThrow("no option 'member'");
});
