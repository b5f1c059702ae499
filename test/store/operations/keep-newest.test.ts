import { expect, test } from 'vitest';
import { memoryBackend } from '../../../src/store/index.ts';
import { storeOn } from '../support/altered.ts';

/** A store that keeps two sessions of a user, at a time that the test sets. */
function newStage() {
  let time = 1000;
  const store = storeOn(memoryBackend({ now: () => time }), { maxPerUser: 2 });
  const create = async (user: string, at: number) => {
    time = at;
    return (await store.create({}, { user })).id;
  };
  const alive = async (...ids: readonly string[]) => {
    const found = await Promise.all(ids.map(id => store.get(id)));
    return found.map(session => session !== null);
  };
  return { store, create, alive };
}

test('With `maxPerUser` the oldest sessions of a user end, and those of others stay.', async () => {
  const { create, alive } = newStage();
  const other = await create('grace', 1000);
  const [first, second] = [await create('ada', 3000), await create('ada', 2000)];
  expect(await alive(first, second)).toEqual([true, true]);
  const third = await create('ada', 4000);
  // The oldest, and not the one that was stored first.
  expect(await alive(first, second, third, other)).toEqual([true, false, true, true]);
  const fourth = await create('ada', 5000);
  expect(await alive(first, third, fourth, other)).toEqual([false, true, true, true]);
});

test('Of sessions of one millisecond the calls beside each other choose the same.', async () => {
  const { store, create } = newStage();
  await Promise.all(Array.from({ length: 6 }, () => create('ada', 1000)));
  expect(await store.list('ada')).toHaveLength(2);
});

test('Without `maxPerUser` all stay.', async () => {
  const store = storeOn(memoryBackend());
  for (let number = 0; number < 5; number += 1) await store.create({}, { user: 'ada' });
  expect(await store.list('ada')).toHaveLength(5);
});
