import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, type SessionStore, type SessionStoreOptions } from '../../../src/store/index.ts';
import { altered, storeOn } from '../support/altered.ts';

type Plain = Record<string, unknown>;

/** A program that hands plain objects to the store, of which the framework knows nothing. */
function plainly(options: Partial<SessionStoreOptions> = {}) {
  const sessions = storeOn(memoryBackend(), options);
  const store = new ExpressSessionStore(sessions, {
    userOf: session => (session as { user?: string }).user,
    onUserChange: 'report',
  });
  store.on('userChanged', () => {});
  return {
    sessions,
    store,
    destroy: promisify((id: string, done: (error: unknown) => void) => store.destroy(id, done)),
    set: promisify((id: string, data: Plain, done: (error: unknown) => void) =>
      store.set(id, { cookie: {}, ...data } as never, done),
    ),
    get: promisify((id: string, done: (error: unknown, session?: unknown) => void) => store.get(id, done)),
    touch: promisify((id: string, session: unknown, done: (error: unknown) => void) =>
      store.touch(id, session as never, done),
    ),
  };
}

test('A user that comes with a foreign object is in the list of that user, and is logged out with it.', async () => {
  const { sessions, set, get } = plainly();
  await set('an id', { step: 1 });
  await set('an id', { step: 2, user: 'ann' });
  expect(await sessions.list('ann')).toHaveLength(1);
  expect(await sessions.destroyAll('ann')).toBe(1);
  expect(await get('an id')).toBeNull();
});

test('The expiry of a session that a foreign object has replaced moves with each use.', async () => {
  const { sessions, set, get, touch } = plainly({ idleSeconds: 60, refreshEverySeconds: 0 });
  await set('an id', { step: 1, user: 'ann' });
  await set('an id', { step: 2, user: 'ann' });
  const [before] = await sessions.list('ann');
  await setTimeout(5);
  await touch('an id', await get('an id'));
  const [after] = await sessions.list('ann');
  expect(after?.expiresAt).toBeGreaterThan(before?.expiresAt ?? Number.NaN);
});

const life = { cookie: { originalMaxAge: 60_000 } };

/** A store of its own over the same sessions, as in another process. */
function elsewhere(sessions: SessionStore<object>) {
  const store = new ExpressSessionStore(sessions);
  return promisify((id: string, data: Plain, done: (error: unknown) => void) =>
    store.set(id, data as never, done),
  );
}

// What uid-safe, randomUUID, nanoid and the store itself make.
const generated = ['k3SHU4WTrS8ndcP1NpTfZLJdpM7mqXyD', randomUUID(), 'V1StGXR8_Z5jdHi6B-myT'];

test.each(generated)(
  'A session under %s that has ended stays ended, whoever sets a copy of it.',
  async id => {
    const { sessions, set, get, destroy } = plainly();
    await made(sessions, id);
    expect(await get(id)).toMatchObject({ step: 1 });
    const copy = JSON.parse(JSON.stringify(await get(id))) as Plain;
    await destroy(id);
    await elsewhere(sessions)(id, { ...life, ...copy });
    expect(await get(id)).toBeNull();
    await set(id, { ...life, ...copy });
    expect(await get(id)).toBeNull();
  },
);

test('Nor does it come back after more log-outs than a process remembers.', async () => {
  const { sessions, set, get, destroy } = plainly();
  const [id = ''] = generated;
  await made(sessions, id);
  await destroy(id);
  for (let other = 0; other < 10_001; other += 1) await destroy(`other-${other}`);
  await set(id, { step: 2 });
  expect(await get(id)).toBeNull();
});

test('An id that the store has just minted begins a session of a plain object, once.', async () => {
  const { set, get, destroy, store } = plainly();
  const id = store.idGenerator();
  await set(id, { step: 1 });
  expect(await get(id)).toMatchObject({ step: 1 });
  await destroy(id);
  await set(id, { step: 2 });
  expect(await get(id)).toBeNull();
});

/** As express-session makes one. */
async function made(sessions: SessionStore<object>, id: string): Promise<void> {
  const store = new ExpressSessionStore(sessions);
  store.generate = () => undefined;
  const session = { ...life, step: 1 };
  store.generate({ session });
  await promisify((done: (error: unknown) => void) => store.set(id, session as never, done))();
}

test('A session that was only asked for before its first save is saved.', async () => {
  const { get, store } = plainly();
  const [id = ''] = generated;
  store.generate = () => undefined;
  const session = { ...life, step: 1 };
  store.generate({ session, sessionID: id });
  expect(await get(id)).toBeNull();
  await promisify((done: (error: unknown) => void) => store.set(id, session as never, done))();
  expect(await get(id)).toMatchObject({ step: 1 });
});

test('After a failure a plain object under a minted id can begin its session once more.', async () => {
  let fails = true;
  const backend = altered(inner => ({
    insert: (...args) => (fails ? Promise.reject(new Error('down')) : inner.insert(...args)),
  }));
  const store = new ExpressSessionStore(storeOn(backend));
  const [id, object] = [store.idGenerator(), { ...life, step: 1 }];
  const set = promisify((data: Plain, done: (error: unknown) => void) => store.set(id, data as never, done));
  await expect(set(object)).rejects.toMatchObject({ code: 'ERR_SESSION_GUARD_STORE_UNAVAILABLE' });
  await expect(set({ ...object, more: 'x'.repeat(2 ** 21) })).rejects.toMatchObject({
    code: 'ERR_SESSION_GUARD_STORE_TOO_LARGE',
  });
  fails = false;
  await set(object);
  expect(await promisify((done: (e: unknown, s?: unknown) => void) => store.get(id, done))()).toMatchObject({
    step: 1,
  });
});

test('Of two plain objects that begin a session at once under one id, both are saved, one after the other.', async () => {
  const { set, get, store } = plainly();
  store.on('sessionEnded', () => expect.unreachable());
  const id = store.idGenerator();
  await Promise.all([set(id, { step: 1 }), set(id, { step: 2 })]);
  expect(await get(id)).toMatchObject({ step: 2 });
});
