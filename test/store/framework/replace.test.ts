import { promisify } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../src/store/express-session/index.ts';
import { memoryBackend, type SessionStoreOptions } from '../../../src/store/index.ts';
import { storeOn } from '../support/altered.ts';

type Plain = Record<string, unknown>;

/** A program that hands plain objects to the store, of which the framework knows nothing. */
function plainly(options: Partial<SessionStoreOptions> = {}) {
  const sessions = storeOn(memoryBackend(), options);
  const store = new ExpressSessionStore(sessions, {
    userOf: session => (session as { user?: string }).user,
  });
  store.on('userChanged', () => {});
  return {
    sessions,
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
