import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointOf, configOf, filler, idsOf, metadata, putAll } from './support/checkpoints.ts';
import { type Faulty, startFaulty } from './support/faulty.ts';

let faulty: Faulty;
beforeAll(async () => {
  faulty = await startFaulty();
});
afterAll(() => faulty.proxy.close());

/** The operations that a call sends, and the capacity that they read. */
async function costOf(
  call: () => Promise<unknown>,
): Promise<{ operations: readonly string[]; units: number }> {
  const { proxy } = faulty;
  const from = proxy.seen.length;
  let units = 0;
  proxy.setFault(async ({ input, forward }) => {
    const answer = await forward({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const { ConsumedCapacity: consumed = [] } = answer.body as {
      readonly ConsumedCapacity?:
        | { readonly CapacityUnits: number }
        | readonly { readonly CapacityUnits: number }[];
    };
    for (const { CapacityUnits: each } of [consumed].flat()) units += each;
    return answer;
  });
  await call();
  proxy.setFault(undefined);
  return { operations: proxy.seen.slice(from), units };
}

describe('the latest checkpoint', () => {
  test('of a small one and its writes is one request; that of a large one two', async () => {
    const { saver } = faulty;
    const small = await putAll(saver, configOf(), { a: 1 });
    await saver.putWrites(
      small,
      [
        ['a', 2],
        ['b', 3],
      ],
      'task',
    );
    const latest = configOf(String(small.configurable?.['thread_id']));
    expect((await costOf(() => saver.getTuple(latest))).operations).toEqual(['Query']);
    await putAll(saver, small, { a: filler(2_000_000) });
    expect((await costOf(() => saver.getTuple(latest))).operations).toEqual(['Query', 'BatchGetItem']);
  });

  test('costs the same in a long thread as in a short one', async () => {
    const { saver } = faulty;
    const thread = randomUUID();
    let config = configOf(thread);
    const costs: number[] = [];
    for (let step = 1; step <= 50; step += 1) {
      config = await putAll(saver, config, { messages: filler(60_000), step: filler(800) });
      await saver.putWrites(config, [['step', filler(500)]], 'task');
      if (step === 10 || step === 50)
        costs.push((await costOf(() => saver.getTuple(configOf(thread)))).units);
    }
    expect(costs[1]).toBe(costs[0]);
    expect(costs[0]).toBeLessThan(25);
  });
});

describe('the latest checkpoint among others', () => {
  test('is found behind many writes of one that is still on its way', async () => {
    const { plain } = faulty;
    const thread = randomUUID();
    const config = await putAll(plain, configOf(thread), { a: 1 });
    const next = checkpointOf({});
    const writes = Array.from({ length: 150 }, (_, at) =>
      plain.putWrites(configOf(thread, '', next.id), [['a', at]], `task-${at}`),
    );
    await Promise.all(writes);
    expect((await plain.getTuple(configOf(thread)))?.config).toEqual(config);
  });

  test('of two writers on one thread is the newer one, and both are there', async () => {
    const { plain, saver } = faulty;
    const thread = randomUUID();
    const parent = await putAll(plain, configOf(thread), { a: 0 });
    const put = async (by: typeof saver, value: number): Promise<void> => {
      const checkpoint = checkpointOf({ a: filler(9000, String(value)) }, { channel_versions: { a: 2 } });
      await by.put(parent, checkpoint, metadata, { a: 2 });
      const tuple = await plain.getTuple(configOf(thread, '', checkpoint.id));
      // Two branches give a channel the same version: neither sees the other's value.
      expect(tuple?.checkpoint.channel_values).toEqual({ a: filler(9000, String(value)) });
    };
    const writers = Array.from({ length: 10 }, (_, at) => put(at % 2 ? plain : saver, at));
    await Promise.all(writers);
    const ids = await idsOf(plain.list(configOf(thread)));
    expect(ids).toHaveLength(11);
    expect((await plain.getTuple(configOf(thread)))?.checkpoint.id).toBe(ids.toSorted().at(-1));
  });
});

describe('what does not change', () => {
  test('is not written again when it is large', async () => {
    const { saver } = faulty;
    let config = await putAll(saver, configOf(), { documents: filler(100_000), step: 1 });
    const changed = { channel_versions: { documents: 1, step: 2 } };
    const values = { documents: filler(100_000), step: 2 };
    const cost = await costOf(async () => {
      config = await saver.put(config, checkpointOf(values, changed), metadata, { step: 2 });
    });
    expect(cost.operations).toEqual(['TransactWriteItems']);
    expect(cost.units).toBeLessThan(10);
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
  });

  test('is known to another process, too', async () => {
    const { saver, plain } = faulty;
    const config = await putAll(saver, configOf(), { documents: filler(100_000), small: 1, step: 1 });
    const changed = { channel_versions: { documents: 1, small: 1, step: 2 } };
    const values = { documents: filler(100_000), small: 1, step: 2 };
    const next = await plain.put(config, checkpointOf(values, changed), metadata, { step: 2 });
    expect((await saver.getTuple(next))?.checkpoint.channel_values).toEqual(values);
  });

  test('is kept in a copy that has another parent', async () => {
    const { plain } = faulty;
    const first = await putAll(plain, configOf(), { a: 1 });
    const second = await putAll(
      plain,
      first,
      { a: 2, b: filler(5000) },
      { channel_versions: { a: 2, b: 1 } },
    );
    const saved = await plain.getTuple(second);
    const copy = checkpointOf({ ...saved?.checkpoint.channel_values }, { channel_versions: { a: 2, b: 1 } });
    const forked = await plain.put(first, copy, { ...metadata, source: 'fork' }, {});
    expect((await plain.getTuple(forked))?.checkpoint.channel_values).toEqual({ a: 2, b: filler(5000) });
  });
});
