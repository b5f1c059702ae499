import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { type SessionBackend, StoreUnavailableError } from '../../../src/store/index.ts';
import { altered, never, storeOn } from '../support/altered.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeEach(() => void process.on('unhandledRejection', note));

afterEach(async () => {
  await setTimeout(20);
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

const silent: Partial<SessionBackend> = {
  read: never,
  insert: never,
  refresh: never,
  write: never,
  remove: never,
  list: never,
  readRevocationMark: never,
  endAll: never,
  rotate: never,
};

/** A session that is known, on a store that does not answer any more. */
async function silenced(options = {}) {
  let isSilent = false;
  const backend = altered(inner => {
    const names = Object.keys(silent) as (keyof typeof silent)[];
    const methods = names.map(name => [
      name,
      (...values: readonly unknown[]) =>
        isSilent
          ? never()
          : (Reflect.apply(Reflect.get(inner, name) as () => unknown, inner, values) as unknown),
    ]);
    return Object.fromEntries(methods) as Partial<SessionBackend>;
  });
  const store = storeOn(backend, { timeoutMS: 60, updateTimeoutMS: 100, ...options });
  const session = await storeOn(backend).create({ a: 1 }, { user: 'u' });
  isSilent = true;
  return { store, session };
}

describe('A server that does not answer is given up in time:', () => {
  const calls: Record<string, (known: Awaited<ReturnType<typeof silenced>>) => Promise<unknown>> = {
    get: ({ store, session }) => store.get(session.id),
    create: ({ store }) => store.create({}),
    'create of a user': ({ store }) => store.create({}, { user: 'u' }),
    beginLogIn: ({ store }) => store.beginLogIn('u'),
    patch: ({ store, session }) => store.patch(session, { b: 1 }),
    update: ({ store, session }) => store.update(session.id, data => data),
    rotate: ({ store, session }) => store.rotate(session),
    destroy: ({ store, session }) => store.destroy(session.id),
    list: ({ store }) => store.list('u'),
    destroyByHandle: ({ store, session }) => store.destroyByHandle('u', session.handle),
    destroyAll: ({ store }) => store.destroyAll('u'),
  };

  test.each(Object.entries(calls))('%s', async (_, call) => {
    for (const coalesce of [true, false]) {
      const error: unknown = await call(await silenced({ coalesce })).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error).toMatchObject({
        code: codes.storeTimeout,
        message: expect.stringContaining('The memory store has not answered within 60 ms while '),
      });
    }
  });

  test('an answer that was only read says that nothing was done, a write that it is not known.', async () => {
    const { store, session } = await silenced();
    await expect(store.get(session.id)).rejects.toMatchObject({ outcome: 'not done' });
    await expect(store.destroy(session.id)).rejects.toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining('whether it was done is not known'),
    });
  });

  test('the signal is aborted, and an error caused by it is not reported again.', async () => {
    const backend = altered(() => ({
      read: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        }),
    }));
    const store = storeOn(backend, { timeoutMS: 50 });
    const { id } = await storeOn(backend).create({});
    const error: unknown = await store.get(id).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: codes.storeTimeout });
    expect(error).not.toHaveProperty('cause');
  });
});

test('A failure of the server is an error with its cause, never a session that has ended.', async () => {
  const cause = new Error('connection lost');
  const backend = altered(() => ({ read: () => Promise.reject(cause), write: () => Promise.reject(cause) }));
  const store = storeOn(backend);
  const session = await store.create({});
  await expect(store.get(session.id)).rejects.toMatchObject({ code: codes.storeUnavailable, cause });
  await expect(store.patch(session, { a: 1 })).rejects.toMatchObject({ cause, outcome: 'unknown' });
});

test('An error that a back end throws before it returns a promise is such an error too.', async () => {
  const cause = new TypeError('bug');
  const backend = altered(() => ({
    list() {
      throw cause;
    },
  }));
  await expect(storeOn(backend).list('u')).rejects.toMatchObject({ code: codes.storeUnavailable, cause });
});

test('A refresh that cannot be done does not undo the read.', async () => {
  const backend = altered(() => ({ refresh: () => Promise.reject(new Error('connection lost')) }));
  const store = storeOn(backend, { refreshEverySeconds: 0 });
  const { id, expiresAt } = await store.create({ a: 1 });
  expect(await store.get(id)).toMatchObject({ data: { a: 1 }, expiresAt });
});

describe('The set-up', () => {
  test('is done once, before the first call, and again after it has failed.', async () => {
    let times = 0;
    const backend = altered(() => ({
      async setUp() {
        times += 1;
        await setTimeout(5);
        if (times === 1) throw new Error('not yet');
      },
    }));
    const store = storeOn(backend);
    await expect(Promise.all([store.list('u'), store.list('v')])).rejects.toMatchObject({
      code: codes.storeSetUp,
      cause: expect.objectContaining({ message: 'not yet' }),
    });
    await Promise.all([store.list('u'), store.setUp(), store.list('v')]);
    await store.setUp();
    expect(times).toBe(2);
  });

  test('keeps no call longer than its deadline.', async () => {
    const store = storeOn(
      altered(() => ({ setUp: never })),
      { timeoutMS: 50 },
    );
    await expect(store.list('u')).rejects.toMatchObject({ code: codes.storeTimeout, outcome: 'not done' });
  });

  test('is skipped if an administrator has done it.', async () => {
    const backend = altered(() => ({ setUp: () => Promise.reject(new Error('not allowed')) }));
    expect(await storeOn(backend, { setUp: false }).list('u')).toEqual([]);
  });
});
