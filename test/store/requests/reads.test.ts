import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { altered, storeOn } from '../support/altered.ts';

/** A store, and how many keys each of its requests had. */
function counted(options: { coalesce?: boolean } = {}, delayMS = 0) {
  const requests: number[] = [];
  const backend = altered(inner => ({
    async read(keys, call) {
      requests.push(keys.length);
      await setTimeout(delayMS);
      return inner.read(keys, call);
    },
  }));
  return { requests, store: storeOn(backend, options) };
}

test('The reads of one turn are one request, and those of the next turn another one.', async () => {
  const { requests, store } = counted();
  const ids = await Promise.all([1, 2, 3, 4].map(async n => (await store.create({ n })).id));
  const found = await Promise.all([...ids, ids[0] ?? ''].map(id => store.get(id)));
  expect(found.map(session => session?.data['n'])).toEqual([1, 2, 3, 4, 1]);
  expect(requests).toEqual([5]);
  await store.get(ids[0] ?? '');
  expect(requests).toEqual([5, 1]);
});

test('Without coalescing each read is a request.', async () => {
  const { requests, store } = counted({ coalesce: false });
  const { id } = await store.create({});
  await Promise.all([store.get(id), store.get(id)]);
  expect(requests).toEqual([1, 1]);
});

test('A read joins no request that was already sent: it sees every write from before its start.', async () => {
  const { requests, store } = counted({}, 30);
  const session = await store.create({ n: 1 });
  const early = store.get(session.id);
  await setTimeout(10);
  await store.patch(session, { n: 2 });
  expect((await store.get(session.id))?.data).toEqual({ n: 2 });
  await early;
  expect(requests).toEqual([1, 1]);
});

test('Two callers that read the same session at once get a copy each.', async () => {
  const { store } = counted();
  const { id } = await store.create({ list: [1] });
  const [one, other] = await Promise.all([store.get(id), store.get(id)]);
  expect(one?.data['list']).toEqual([1]);
  expect(one?.data['list']).not.toBe(other?.data['list']);
});

test('A caller that gives up does not affect the other callers.', async () => {
  const { store } = counted({}, 20);
  const { id } = await store.create({ a: 1 });
  const giver = new AbortController();
  const given = store.get(id, { signal: giver.signal });
  const kept = store.get(id, { signal: new AbortController().signal });
  await setTimeout(5);
  const reason = new Error('The visitor has gone.');
  giver.abort(reason);
  await expect(given).rejects.toBe(reason);
  expect(await kept).toMatchObject({ data: { a: 1 } });
  await expect(store.get(id, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('A key that cannot be read fails no other one of its request.', async () => {
  const broken = new Error('a broken record');
  const backend = altered(inner => ({
    async read(keys, call) {
      const found = await inner.read(keys, call);
      return found.map(one => (one && 'record' in one && one.record.device === 'broken' ? broken : one));
    },
  }));
  const store = storeOn(backend);
  const fine = await store.create({ a: 1 });
  const bad = await store.create({}, { device: 'broken' });
  const read = await Promise.allSettled([fine, bad, fine].map(({ id }) => store.get(id)));
  expect(read).toEqual([
    { status: 'fulfilled', value: expect.objectContaining({ data: { a: 1 } }) },
    { status: 'rejected', reason: expect.objectContaining({ cause: broken }) as unknown },
    { status: 'fulfilled', value: expect.objectContaining({ data: { a: 1 } }) },
  ]);
});

test('A request that fails is an error for all of its callers.', async () => {
  const backend = altered(() => ({ read: () => Promise.reject(new Error('connection lost')) }));
  const store = storeOn(backend);
  const made = await Promise.all([store.create({}), store.create({})]);
  const read = await Promise.allSettled(made.map(({ id }) => store.get(id)));
  expect(read.map(one => (one.status === 'rejected' ? one.reason : one))).toEqual(
    Array(2).fill(expect.objectContaining({ code: codes.storeUnavailable })),
  );
});

test('A back end for which few reads at once are not a burden gets those alone, and further ones together.', async () => {
  const requests: number[] = [];
  let answer: (() => void) | undefined;
  const isAnswered = new Promise<void>(resolve => (answer = resolve));
  const backend = altered(inner => ({
    readsAtOnce: 2,
    async read(keys, call) {
      requests.push(keys.length);
      await isAnswered;
      return inner.read(keys, call);
    },
  }));
  const store = storeOn(backend);
  const { id } = await store.create({});
  const answers = [store.get(id)];
  await nextTurn();
  answers.push(store.get(id));
  await nextTurn();
  // Two are under way: these wait for the end of their turn, and go together.
  answers.push(store.get(id));
  process.nextTick(() => answers.push(store.get(id)));
  await nextTurn();
  await nextTurn();
  answer?.();
  await Promise.all(answers);
  expect(answers).toHaveLength(4);
  expect(requests).toEqual([1, 1, 2]);
});
