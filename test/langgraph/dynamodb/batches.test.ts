import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configOf, filler, putAll } from './support/checkpoints.ts';
import { type Faulty, first, startFaulty } from './support/faulty.ts';

let faulty: Faulty;
beforeAll(async () => {
  faulty = await startFaulty();
});
afterEach(() => faulty.proxy.setFault(undefined));
afterAll(() => faulty.proxy.close());

describe('a batch that is done in part', () => {
  test('unprocessed items of a write are sent again, and nothing refers to them before', async () => {
    let checkpointWhileUnfinished: unknown = 'not asked';
    const config = configOf();
    faulty.proxy.setFault(
      first(3, ['BatchWriteItem'], async ({ input, forward }) => {
        const [[name, requests] = ['', []]] = Object.entries(
          input['RequestItems'] as Record<string, readonly unknown[]>,
        );
        const answer = await forward({ RequestItems: { [name]: requests.slice(0, 1) } });
        checkpointWhileUnfinished = await faulty.plain.getTuple(config);
        const rest = requests.slice(1);
        return { ...answer, body: { UnprocessedItems: rest.length > 0 ? { [name]: rest } : {} } };
      }),
    );
    const values = { large: filler(3_000_000) };
    await putAll(faulty.saver, config, values);
    expect(checkpointWhileUnfinished).toBeUndefined();
    expect((await faulty.plain.getTuple(config))?.checkpoint.channel_values).toEqual(values);
  });

  test('unprocessed keys of a read are requested again', async () => {
    const values = { a: filler(500_000, 'a'), b: filler(900_000, 'b') };
    const config = await putAll(faulty.plain, configOf(), values);
    faulty.proxy.setFault(
      first(6, ['BatchGetItem'], async ({ input, forward }) => {
        type Wanted = Record<string, { readonly Keys: readonly unknown[] }>;
        const [[name, { Keys: keys }] = ['', { Keys: [] }]] = Object.entries(input['RequestItems'] as Wanted);
        const answer = await forward({
          RequestItems: { [name]: { Keys: keys.slice(0, 1), ConsistentRead: true } },
        });
        const rest = keys.slice(1);
        const unprocessed = rest.length > 0 ? { [name]: { Keys: rest, ConsistentRead: true } } : {};
        return { ...answer, body: { ...answer.body, UnprocessedKeys: unprocessed } };
      }),
    );
    expect((await faulty.saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
  });
});
