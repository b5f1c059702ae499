import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, type SessionStore } from '../../../src/store/index.ts';
import { ann, Stage } from '../model/stage.ts';
import { Turns } from '../model/turns.ts';
import { storeOn } from '../support/altered.ts';

const day = 24 * 60 * 60;

function adapterOf(sessions: SessionStore<Record<string, unknown>>) {
  const store = new ExpressSessionStore(sessions, {
    userOf: session => (session as { user?: string }).user,
    onUserChange: 'report',
  });
  store.on('userChanged', () => {});
  return {
    get: promisify((done: (error: unknown, found?: object | null) => void) => store.get('an id', done)),
    set: promisify((data: object, done: (error: unknown) => void) => store.set('an id', data as never, done)),
  };
}

test('An alias leads to its session until that one ends, also where absoluteSeconds is less than it was when it began.', async () => {
  let now = Date.UTC(2026, 0, 1);
  const backend = memoryBackend({ now: () => now });
  await adapterOf(storeOn(backend, { idleSeconds: 20 * day })).set({ cookie: {} });
  const sessions = storeOn(backend, { idleSeconds: 2 * day, absoluteSeconds: 2 * day });
  const { get, set } = adapterOf(sessions);
  const session = (await get()) ?? {};
  await set(Object.assign(session, { user: 'ann' }));
  const [listed] = await sessions.list('ann');
  now = (listed?.expiresAt ?? Number.NaN) - 1;
  expect(await get()).toMatchObject({ user: 'ann' });
  expect(await sessions.list('ann')).toHaveLength(1);
});

test('A session that gets its user late can get a new id, also where a log-out everywhere came before.', async () => {
  const stage = new Stage('at once', new Turns([]));
  const { byAlias } = await stage.cast(true);
  const { store } = stage.alone();
  expect(await store.rotate(byAlias)).toMatchObject({ user: ann, handle: byAlias.handle });
  expect(await store.get(byAlias.id)).toBeNull();
  expect(await store.destroyAll(ann)).toBe(2);
});
