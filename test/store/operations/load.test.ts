import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { changeOf, type MemoryClock, type SessionHeader } from '../../../src/store/index.ts';
import { altered, storeOn } from '../support/altered.ts';

/** A clock that goes on each time it is looked at. */
function ticking(): MemoryClock {
  let now = 0;
  return { now: () => (now += 1) };
}

test('A session that was written between a read and its refresh is read again, never old data with a new version.', async () => {
  let meanwhile: (() => Promise<unknown>) | undefined;
  const backend = altered(
    inner => ({
      async refresh(key, call) {
        await meanwhile?.();
        const refreshed = await inner.refresh(key, call);
        // As a server answers that is not asked for the data.
        return (
          refreshed &&
          (Object.fromEntries(
            Object.entries(refreshed).filter(([name]) => name !== 'fields'),
          ) as SessionHeader)
        );
      },
    }),
    ticking(),
  );
  const store = storeOn(backend, { refreshEverySeconds: 0 });
  const session = await store.create({ a: 1 });
  meanwhile = () => store.patch(session, { a: 2 });
  const read = await store.get(session.id);
  expect(read).toMatchObject({ data: { a: 2 }, version: session.version + 1 });
});

test('A session that ends between a read and its refresh is none.', async () => {
  const backend = altered(
    inner => ({
      async refresh(key, call) {
        await inner.remove(key, 'always', call);
        return inner.refresh(key, call);
      },
    }),
    ticking(),
  );
  const store = storeOn(backend, { refreshEverySeconds: 0 });
  const { id } = await store.create({ a: 1 });
  expect(await store.get(id)).toBeNull();
});

test('A stored field that is not JSON is an error, never an empty session.', async () => {
  const backend = altered(inner => ({
    insert: (session, call) => inner.insert({ ...session, fields: new Map([['a', '{']]) }, call),
  }));
  const store = storeOn(backend);
  const { id } = await store.create({ a: 1 });
  await expect(store.get(id)).rejects.toMatchObject({ code: codes.storeUnreadable });
});

test('Sessions that are successors of each other are read without end only once.', async () => {
  const keys: { userKey: string; hash: string }[] = [];
  const backend = altered(inner => ({
    insert(session, call) {
      keys.push({ userKey: session.userKey, hash: session.hash });
      return inner.insert(session, call);
    },
  }));
  const store = storeOn(backend);
  const [one, two] = [await store.create({ n: 1 }), await store.create({ n: 2 })];
  const call = { signal: new AbortController().signal };
  for (const [at, successor] of [keys, keys.toReversed()].map(([a, b]) => [a, b] as const))
    if (at && successor) await backend.write(at, changeOf({ successor }), call);
  expect(await store.get(one.id)).not.toBeNull();
  expect(await store.destroy(one.id)).toBe(true);
  expect(await store.get(two.id)).toBeNull();
});
