import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, type SessionBackend, type SessionStore } from '../../../src/store/index.ts';
import { inSteps } from '../../../src/testing/store/support/samples.ts';
import { altered, keys, storeOn } from '../support/altered.ts';

const secondSecret = { tag: ['another secret of at least 32 bytes', ...keys.tag] };

/** A server that fails once, at one of the requests that change something. */
function failing() {
  const inner = memoryBackend();
  let left = Number.POSITIVE_INFINITY;
  const backend = new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const isCounted = name === 'remove' || name === 'write' || name === 'endAll';
      return (...args: unknown[]) => {
        if (isCounted) left -= 1;
        return isCounted && left === 0
          ? Promise.reject(new Error('The connection is lost.'))
          : (Reflect.apply(value, target, args) as unknown);
      };
    },
  });
  return { inner, backend, failAt: (request: number) => (left = request), hasFailed: () => left <= 0 };
}

type Sessions = SessionStore<Record<string, unknown>>;

/** The same, for which a rotation dies where the old session is to go. */
function dying(inner: SessionBackend): SessionBackend {
  return new Proxy(inSteps(inner), {
    get(target, name) {
      return name === 'remove' ? die : (Reflect.get(target, name) as unknown);
    },
  });
}

const die = () => Promise.reject(new Error('The process dies here.'));

/** How a session has got another id: the old one leads to it. */
const rotations = {
  'two rotations with a grace': async (sessions: Sessions) => {
    const old = await sessions.create({ a: 1 }, { user: 'ann' });
    const rotated = await sessions.rotate(old, { graceSeconds: 60 });
    if (!('ended' in rotated)) await sessions.rotate(rotated, { graceSeconds: 60 });
    return old;
  },
  'a rotation to another user key': async (sessions: Sessions, inner: SessionBackend) => {
    const old = await sessions.create({ a: 1 }, { user: 'ann' });
    await storeOn(inner, { keys: secondSecret }).rotate(old, { graceSeconds: 60 });
    return old;
  },
  'a rotation that died half-way': async (sessions: Sessions, inner: SessionBackend) => {
    const old = await sessions.create({ a: 1 }, { user: 'ann' });
    await expect(storeOn(dying(inner)).rotate(old)).rejects.toMatchObject({ code: codes.storeUnavailable });
    return old;
  },
};

const ends = {
  destroy: (sessions: Sessions, { id }: { readonly id: string }) => sessions.destroy(id),
  destroyByHandle: (sessions: Sessions, { handle }: { readonly handle: string }) =>
    sessions.destroyByHandle('ann', handle),
  destroyAll: (sessions: Sessions) => sessions.destroyAll('ann'),
};

const cases = Object.entries(rotations).flatMap(([how, rotation]) =>
  Object.entries(ends).map(([name, end]) => ({ how, rotation, name, end })),
);

test.each(cases)(
  'A $name that fails at any of its requests ends the successor of the session by $how when it is made once more.',
  async ({ rotation, end }) => {
    let failures = 0;
    for (let request = 1; ; request += 1) {
      const { inner, backend, failAt, hasFailed } = failing();
      const sessions = storeOn(backend, { keys: secondSecret });
      const session = await rotation(storeOn(backend), inner);
      expect(await sessions.list('ann')).toHaveLength(1);
      failAt(request);
      const first = await end(sessions, session).catch((error: unknown) => error);
      if (!hasFailed()) break;
      failures += 1;
      expect(first).toMatchObject({ code: codes.storeUnavailable, outcome: 'unknown' });
      await end(sessions, session);
      expect(await sessions.list('ann')).toEqual([]);
      expect(await sessions.get(session.id)).toBeNull();
    }
    expect(failures).toBeGreaterThan(0);
  },
);

/** A session with an id of a framework's own, which an alias leads to, and a server that can fail at one of the removals. */
async function aliased() {
  let left = Number.POSITIVE_INFINITY;
  const backend: SessionBackend = altered(inner => ({
    remove(key, which, call) {
      left -= 1;
      return left === 0
        ? Promise.reject(new Error('The connection is lost.'))
        : inner.remove(key, which, call);
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
    const { sessions, failAt, isAlive } = await aliased();
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
