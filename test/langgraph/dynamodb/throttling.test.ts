import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { configOf, filler, idsOf, putAll } from './support/checkpoints.ts';
import type { Fault } from './support/fault-proxy.ts';
import { cancelled, type Faulty, first, startFaulty, throttled } from './support/faulty.ts';

const lost: Fault = ({ forward }) => forward().then(() => 'lost' as const);

let faulty: Faulty;
beforeAll(async () => {
  faulty = await startFaulty();
});
afterEach(() => faulty.proxy.setFault(undefined));
afterAll(() => faulty.proxy.close());

describe('throttling', () => {
  const operations = ['Query', 'GetItem', 'PutItem', 'TransactWriteItems', 'BatchWriteItem', 'BatchGetItem'];

  test.each(operations)('two refusals of %s are not noticed', async operation => {
    faulty.proxy.setFault(first(2, [operation], throttled));
    const values = { large: filler(20_000), small: 1 };
    const config = await putAll(faulty.saver, configOf(), values);
    await faulty.saver.putWrites(config, [['small', 2]], 'task');
    const tuple = await faulty.saver.getTuple(config);
    expect(tuple?.checkpoint.channel_values).toEqual(values);
    expect(tuple?.pendingWrites).toEqual([['task', 'small', 2]]);
  });

  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'a transaction that is cancelled by %s is tried again',
    async code => {
      faulty.proxy.setFault(first(4, ['TransactWriteItems'], cancelled(code)));
      const config = await putAll(faulty.saver, configOf(), { a: 1 });
      expect((await faulty.plain.getTuple(config))?.checkpoint.channel_values).toEqual({ a: 1 });
    },
  );

  test('a table that stays throttled is an error in time, with its cause, and no missing checkpoint', async () => {
    faulty.proxy.setFault(
      first(Number.POSITIVE_INFINITY, ['TransactWriteItems'], cancelled('ThrottlingError')),
    );
    const throttledFor = (timeoutMS: number) =>
      failureOf(putAll(faulty.hasty({ timeoutMS }), configOf(), {})) as Promise<Error | undefined>;
    let failure = await throttledFor(500);
    // On a busy machine the time may be up before the first refusal: then there is more of it.
    for (let timeoutMS = 1500; failure?.cause === undefined; timeoutMS *= 3)
      failure = await throttledFor(timeoutMS);
    expect(failure).toMatchObject({
      code: codes.checkpointTimeout,
      message: expect.stringContaining('whether it was done is not known'),
      cause: { name: 'TransactionCanceledException' },
    });
    faulty.proxy.setFault(first(Number.POSITIVE_INFINITY, operations, throttled));
    await expect(faulty.hasty({ timeoutMS: 500 }).getTuple(configOf())).rejects.toThrow();
  });
});

describe('a connection that fails', () => {
  test('a server that never answers is an error in time', async () => {
    const hasty = faulty.hasty({ timeoutMS: 300 });
    faulty.proxy.setFault(() => new Promise(() => {}));
    const late = { code: codes.checkpointTimeout };
    await expect(hasty.getTuple(configOf())).rejects.toMatchObject(late);
    await expect(putAll(hasty, configOf(), {})).rejects.toMatchObject(late);
    await expect(hasty.putWrites(configOf('a', '', 'b'), [['a', 1]], 'task')).rejects.toMatchObject(late);
    await expect(idsOf(hasty.list(configOf()))).rejects.toMatchObject(late);
    await expect(hasty.deleteThread('a')).rejects.toMatchObject(late);
    const history = hasty.getDeltaChannelHistory({ config: configOf(), channels: ['a'] });
    await expect(history).rejects.toMatchObject(late);
  });

  test('answers that are lost are asked for again, and nothing is written twice', async () => {
    faulty.proxy.setFault(first(3, ['TransactWriteItems', 'PutItem', 'BatchWriteItem'], lost));
    const config = await putAll(faulty.saver, configOf(), { large: filler(10_000) });
    await faulty.saver.putWrites(config, [['a', 1]], 'task');
    await faulty.saver.putWrites(config, [['a', 1]], 'task');
    const tuple = await faulty.saver.getTuple(config);
    expect(tuple?.pendingWrites).toEqual([['task', 'a', 1]]);
    expect(
      await idsOf(faulty.plain.list({ configurable: { thread_id: config.configurable?.['thread_id'] } })),
    ).toHaveLength(1);
  });
});
