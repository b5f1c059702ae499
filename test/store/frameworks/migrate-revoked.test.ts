import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  ExpressSessionStore,
  type MigrateFrom,
} from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend } from '../../../src/store/index.ts';
import { storeOn } from '../support/altered.ts';

const day = 24 * 60 * 60;
const userOf = (session: { user?: string }) => session.user;

/** Sessions of two users in the store before, which live for long. */
function movingOver(untilDays: number) {
  let now = Date.now();
  const sessions = storeOn(memoryBackend({ now: () => now }), { absoluteSeconds: 3 * day });
  const old = new Set(['of ann', 'of bob']);
  const migrateFrom: MigrateFrom = {
    until: new Date(now + untilDays * day * 1000),
    read: async id =>
      old.has(id) ? { data: { cookie: {}, user: id.slice(3) }, leftMS: day * 1000 } : undefined,
    remove: async id => old.delete(id),
  };
  const store = new ExpressSessionStore(sessions, { userOf: userOf as never, migrateFrom });
  return {
    sessions,
    get: promisify(store.get.bind(store)) as (id: string) => Promise<object | null>,
    advance: (days: number) => (now += days * day * 1000),
  };
}

test('Who was logged out everywhere does not come over from the old store later, however far away `until` is.', async () => {
  const { sessions, get, advance } = movingOver(60);
  await sessions.destroyAll('ann');
  advance(59);
  expect(await get('of ann')).toBeNull();
  expect(await get('of bob')).toMatchObject({ user: 'bob' });
});
