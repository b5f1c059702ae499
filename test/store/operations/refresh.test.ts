import { expect, test } from 'vitest';
import type { SessionStoreOptions } from '../../../src/store/index.ts';
import { altered, storeOn } from '../support/altered.ts';

const seconds = 1000;

/** A session of an idle time of 60 s and an absolute end after 100 s, and how often a read has refreshed it. */
async function newStage(options: Partial<SessionStoreOptions> = {}) {
  let time = 0;
  let refreshes = 0;
  const clock = { now: () => time };
  const backend = altered(
    inner => ({
      refresh(key, call) {
        refreshes += 1;
        return inner.refresh(key, call);
      },
    }),
    clock,
  );
  const store = storeOn(backend, { idleSeconds: 60, absoluteSeconds: 100, ...options });
  const { id } = await store.create({});
  const readAt = async (at: number) => {
    time = at * seconds;
    const before = refreshes;
    const found = await store.get(id);
    return found === null ? 'ended' : refreshes === before ? 'as it is' : 'refreshed';
  };
  return { readAt };
}

test('A read refreshes a session after a sixth of its idle time, and not before; the session ends at its absolute end.', async () => {
  const { readAt } = await newStage();
  expect(await readAt(9)).toBe('as it is');
  expect(await readAt(10)).toBe('refreshed');
  expect(await readAt(19)).toBe('as it is');
  expect(await readAt(69)).toBe('refreshed');
  expect(await readAt(99)).not.toBe('ended');
  expect(await readAt(100)).toBe('ended');
});

test('A session that lives until its absolute end is not refreshed any more.', async () => {
  const { readAt } = await newStage();
  expect(await readAt(50)).toBe('refreshed');
  expect(await readAt(99)).toBe('as it is');
});

test('Without a use a session ends after its idle time.', async () => {
  const { readAt } = await newStage();
  expect(await readAt(60)).toBe('ended');
});

test('With `lastSeenEverySeconds` a read is noted that often, also where the expiry does not move.', async () => {
  const { readAt } = await newStage({ lastSeenEverySeconds: 5 });
  expect(await readAt(4)).toBe('as it is');
  expect(await readAt(5)).toBe('refreshed');
  expect(await readAt(9)).toBe('as it is');
  expect(await readAt(50)).toBe('refreshed');
  expect(await readAt(97)).toBe('refreshed');
  expect(await readAt(98)).toBe('as it is');
});
