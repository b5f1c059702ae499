import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { ExpressSessionStore } from '../../../src/store/express-session/index.ts';
import type { SessionBackend } from '../../../src/store/index.ts';
import { altered, storeOn } from '../support/altered.ts';

/** A session with an id of a framework's own, which a pointer leads to, and a server that can fail at one of the removals. */
async function pointedTo() {
  let left = Number.POSITIVE_INFINITY;
  const backend: SessionBackend = altered(inner => ({
    remove(key, call) {
      left -= 1;
      return left === 0 ? Promise.reject(new Error('The connection is lost.')) : inner.remove(key, call);
    },
  }));
  const sessions = storeOn(backend);
  const store = new ExpressSessionStore(sessions, {
    userOf: session => (session as { user?: string }).user,
  });
  const set = promisify((data: object, done: (error: unknown) => void) =>
    store.set('an id', { cookie: {}, ...data } as never, done),
  );
  await set({ user: 'ann' });
  return {
    sessions,
    failAt: (removal: number) => (left = removal),
    isAlive: async () =>
      (await promisify((done: (error: unknown, found?: unknown) => void) => store.get('an id', done))()) !==
      null,
  };
}

test.each([1, 2, 3])(
  'A log-out of one device that fails at removal %i ends it when it is made once more.',
  async removal => {
    const { sessions, failAt, isAlive } = await pointedTo();
    const [listed] = await sessions.list('ann');
    const handle = listed?.handle ?? '';
    failAt(removal);
    const first = await sessions.destroyByHandle('ann', handle).catch((error: unknown) => error);
    if (removal === 1) expect(first).toMatchObject({ code: codes.storeUnavailable, outcome: 'unknown' });
    await sessions.destroyByHandle('ann', handle);
    expect(await isAlive()).toBe(false);
    expect(await sessions.list('ann')).toEqual([]);
  },
);
