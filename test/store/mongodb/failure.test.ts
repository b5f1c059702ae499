import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';
import { startStandalone } from '../../../scripts/servers/mongodb/standalone.mjs';
import { drivers } from '../../real/support/drivers.ts';
import type { FailCommand } from '../../real/support/fail-point.ts';
import { listenForNoise } from '../../real/support/noise.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { faultyStore, type Mode, storeAt } from './support/faulty-store.ts';
import type { Data } from './support/sessions.ts';
import type { Live, SessionStore } from '../../../src/store/index.ts';

const late = { code: 'ERR_SESSION_GUARD_STORE_TIMEOUT' };
const unavailable = { code: 'ERR_SESSION_GUARD_STORE_UNAVAILABLE' };

/** Every call rejects with this, and none answers. */
async function allReject(store: SessionStore<Data>, session: Live<Data>, how: object): Promise<void> {
  const { id, handle } = session;
  const reads = [store.get(id), store.list('user-1'), store.beginLogIn('user-1')];
  const writes = [
    store.create({}),
    store.create({}, { user: 'user-1' }),
    store.patch(session, { n: 2 }),
    store.update(id, () => ({ n: 3 })),
    store.rotate(session),
    store.destroy(id),
    store.destroyByHandle('user-1', handle),
    store.destroyAll('user-1'),
  ];
  const failures = await Promise.all([...reads, ...writes].map(failureOf));
  expect(failures).toEqual(failures.map(() => expect.objectContaining(how)));
}

async function worksAgain(store: SessionStore<Data>): Promise<void> {
  const again = async () => {
    const session = await store.create({ n: 5 }, { user: 'user-2' });
    expect(await store.get(session.id)).toMatchObject({ data: { n: 5 } });
  };
  await vi.waitFor(again, { timeout: 120_000, interval: 100 });
}

describe.each(drivers)('on $name', ({ lib }) => {
  test('a server that stands still rejects in time, and is used again when it goes on', async () => {
    const server = await startReplicaSet();
    onTestFinished(() => server.stop());
    const { hastyStore, session } = await storeAt(server.uri, { lib });
    const { heard } = listenForNoise();
    server.pause();
    await allReject(hastyStore, session, late);
    server.resume();
    await worksAgain(hastyStore);
    expect(await heard()).toEqual([]);
  });

  test('a server that is killed rejects in time', async () => {
    const server = await startReplicaSet();
    onTestFinished(() => server.stop());
    const { hastyStore, session } = await storeAt(server.uri, { lib });
    const { heard } = listenForNoise();
    await server.kill();
    const failure = await failureOf(hastyStore.get(session.id));
    expect([late.code, unavailable.code]).toContain((failure as { readonly code?: string }).code);
    await allReject(hastyStore, session, { name: 'StoreUnavailableError' });
    expect(await heard()).toEqual([]);
  });

  test('a network that swallows everything, is slow, or refuses rejects in time, and is used again', async () => {
    const server = await startStandalone();
    const proxy = await startTcpProxy(server.members[0]?.port ?? 0);
    onTestFinished(async () => {
      await proxy.close();
      await server.stop();
    });
    const { hastyStore, session } = await storeAt(
      `mongodb://${proxy.host}:${proxy.port}/?heartbeatFrequencyMS=500`,
      { lib },
    );
    const { heard } = listenForNoise();
    for (const mode of ['black-hole', { delayMS: 3000 }, 'refuse'] as const) {
      await proxy.setMode(mode);
      await allReject(hastyStore, session, { name: 'StoreUnavailableError' });
      await proxy.setMode('pass');
      await worksAgain(hastyStore);
    }
    expect(await heard()).toEqual([]);
  });
});

const uri = ownReplicaSet();
const faulty = (mode: Mode, fault: FailCommand) => faultyStore(uri(), mode, fault);

const all = ['find', 'aggregate', 'insert', 'update', 'findAndModify'];

test('commands that block are given up in time, and the connections are free again', async () => {
  const fault = { failCommands: all, blockConnection: true, blockTimeMS: 3000 };
  const { hastyStore, session, end } = await faulty('alwaysOn', fault);
  const { heard } = listenForNoise();
  await allReject(hastyStore, session, late);
  await end();
  await worksAgain(hastyStore);
  expect(await heard()).toEqual([]);
});

test('an error of the server is the cause of ours: it never looks like a session that has ended', async () => {
  const { store, session, end } = await faulty('alwaysOn', { failCommands: all, errorCode: 8000 });
  await allReject(store, session, { ...unavailable, cause: expect.objectContaining({ code: 8000 }) });
  await end();
  expect(await store.get(session.id)).toMatchObject({ data: { n: 1 } });
});

test.each(all)(
  'a %s that loses its connection once is done again by the driver, and not twice',
  async name => {
    const { store, session } = await faulty({ times: 1 }, { failCommands: [name], closeConnection: true });
    await store.beginLogIn('user-1');
    const other = await store.create({ n: 7 }, { user: 'user-1' });
    const patched = await store.patch(session, { n: 2 });
    expect(patched).toMatchObject({ version: session.version + 1 });
    expect(await store.get(other.id)).toMatchObject({ data: { n: 7 } });
    expect(await store.destroyAll('user-1')).toBe(2);
  },
);

test('a write that was done but not acknowledged has the outcome unknown', async () => {
  const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
  const { store, session } = await faulty({ times: 1 }, { failCommands: ['update'], writeConcernError });
  await expect(store.patch(session, { n: 2 })).rejects.toMatchObject({
    ...unavailable,
    outcome: 'unknown',
  });
  expect(await store.get(session.id)).toMatchObject({ data: { n: 2 } });
});

test('where the look at the revocation mark fails, the create fails and leaves no session', async () => {
  const { store, end } = await faulty({ skip: 1 }, { failCommands: ['aggregate'], errorCode: 8000 });
  const login = await store.beginLogIn('user-3');
  await expect(store.create({}, { user: 'user-3', login })).rejects.toMatchObject(unavailable);
  await end();
  expect(await store.list('user-3')).toEqual([]);
});

test('a primary that steps down in the middle costs time, and no session and no field', async () => {
  const { store, admin } = await faulty({ times: 1 }, { failCommands: ['ping'], errorCode: 8000 });
  const sessions = await Promise.all(Array.from({ length: 20 }, (_, n) => store.create({ n })));
  await failureOf(admin.db('admin').command({ replSetStepDown: 1, force: true }));
  const outcomes = await Promise.all(
    sessions.map(session =>
      store.patch(session, { more: 1 }).then(
        found => 'id' in found,
        () => 'rejected',
      ),
    ),
  );
  // Rejected is "unknown": written or not. Ended is what none may be.
  expect(outcomes).not.toContain(false);
  await worksAgain(store);
  for (const [index, { id }] of sessions.entries()) {
    expect(await store.get(id)).toMatchObject({ data: { n: index } });
  }
});

test('of three members the primary is killed: acknowledged sessions are there, and ended sessions stay ended', async () => {
  const server = await startReplicaSet({ members: 3 });
  onTestFinished(() => server.stop());
  const { store, session } = await storeAt(`${server.uri}&heartbeatFrequencyMS=500`);
  const ended = await store.create({}, { user: 'user-4' });
  expect(await store.destroyAll('user-4')).toBe(1);
  const { heard } = listenForNoise();
  await server.members[0]?.kill();
  const rejected = await failureOf(store.get(session.id));
  if (rejected !== undefined) expect(rejected).toMatchObject({ name: 'StoreUnavailableError' });
  await worksAgain(store);
  expect(await store.get(session.id)).toMatchObject({ data: { n: 1 } });
  expect(await store.get(ended.id)).toBeNull();
  expect(await heard()).toEqual([]);
});
