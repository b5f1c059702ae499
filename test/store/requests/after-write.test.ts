import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import type { SessionBackend } from '../../../src/store/index.ts';
import { altered, storeOn } from '../support/altered.ts';

const lost = () => Promise.reject(new Error('The connection is lost.'));
const unknown = { code: codes.storeUnavailable, outcome: 'unknown' };

test('A log-in whose session exists never has the outcome `not done`, although only a read has failed.', async () => {
  const store = storeOn(
    altered(() => ({ list: lost })),
    { maxPerUser: 1 },
  );
  await expect(store.create({}, { user: 'ann' })).rejects.toMatchObject(unknown);
  const visitor = await store.create({});
  await expect(store.rotate(visitor, { user: 'ann' })).rejects.toMatchObject(unknown);
  expect(await store.get(visitor.id)).toBeNull();
});

test('A log-out of one device that has ended the session never has the outcome `not done`.', async () => {
  let lists = 0;
  const backend = altered(inner => ({
    list: (userKey, call) => ((lists += 1) === 2 ? lost() : inner.list(userKey, call)),
  }));
  const store = storeOn(backend);
  const { id, handle } = await store.create({}, { user: 'ann' });
  await expect(store.destroyByHandle('ann', handle)).rejects.toMatchObject(unknown);
  expect(await store.get(id)).toBeNull();
});

test('A list that fails before anything was ended has the outcome `not done`.', async () => {
  const store = storeOn(altered(() => ({ list: lost })));
  await expect(store.destroyByHandle('ann', 'a-handle-of-nobody-abc')).rejects.toMatchObject({
    outcome: 'not done',
  });
});

test('A log-in that cannot look at its alias after a log-out everywhere leaves no session.', async () => {
  let during: (() => Promise<unknown>) | undefined;
  let fails = false;
  const backend: SessionBackend = altered(inner => ({
    async insert(session, call) {
      const inserted = await inner.insert(session, call);
      if (session.successor === undefined) return inserted;
      // The alias is there, and the session not yet.
      await during?.();
      fails = true;
      return inserted;
    },
    read: (keys, call) => (fails ? lost() : inner.read(keys, call)),
  }));
  const sessions = storeOn(backend);
  const store = new ExpressSessionStore(sessions, {
    userOf: session => (session as { user?: string }).user,
  });
  during = () => sessions.destroyAll('ann');
  const data = { cookie: {}, user: 'ann' } as never;
  const set = promisify((done: (error: unknown) => void) => store.set('an id', data, done));
  await expect(set()).rejects.toMatchObject(unknown);
  fails = false;
  const get = promisify((done: (error: unknown, found?: unknown) => void) => store.get('an id', done));
  expect(await get()).toBeNull();
});
