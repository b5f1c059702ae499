import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { memoryBackend } from '../../../src/store/index.ts';
import { altered, storeOn } from '../support/altered.ts';

test('An update that changes nothing writes nothing.', async () => {
  const store = storeOn(memoryBackend());
  const { id, version } = await store.create({ a: 1 });
  expect(await store.update(id, data => ({ ...data }))).toMatchObject({ version });
});

test('An update whose function throws changes nothing, and lets the next one in.', async () => {
  const store = storeOn(memoryBackend());
  const { id } = await store.create({ a: 1 });
  const bug = new Error('bug');
  await expect(
    store.update(id, () => {
      throw bug;
    }),
  ).rejects.toBe(bug);
  expect(await store.update(id, () => ({ a: 2 }))).toMatchObject({ data: { a: 2 } });
});

test('An update against others who never pause gives up in time, with a conflict.', async () => {
  const backend = altered(inner => ({
    async write(key, change, call) {
      await inner.write(key, { ...change, ifVersion: undefined }, call);
      return inner.write(key, change, call);
    },
  }));
  const store = storeOn(backend, { updateTimeoutMS: 100 });
  const { id } = await store.create({ n: 0 });
  const failed = store.update(id, ({ n }) => ({ n: Number(n) + 1 }));
  await expect(failed).rejects.toMatchObject({ code: codes.storeConflict });
});

test('An update that waits for its turn gives up in time, too.', async () => {
  const store = storeOn(memoryBackend(), { updateTimeoutMS: 50 });
  const { id } = await store.create({ n: 0 });
  const gate = new EventEmitter();
  const slow = store.update(id, async () => {
    await once(gate, 'open');
    return { n: 1 };
  });
  await expect(store.update(id, data => data)).rejects.toMatchObject({ code: codes.storeConflict });
  gate.emit('open');
  expect(await slow).toMatchObject({ data: { n: 1 } });
});
