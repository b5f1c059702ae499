import * as fc from '../../support/properties.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkpointOf, configOf, filler, metadata, putAll } from './support/checkpoints.ts';
import { type Checkpoints, newTable } from './support/table.ts';

const kilobyte = 1024;

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

describe('values of any size', () => {
  const edges = [0, 1, 4094, 4095, 4096, 8192, 384 * kilobyte - 2, 384 * kilobyte, 400 * kilobyte, 409_601];
  const huge = [1024 * kilobyte - 2, 1024 * kilobyte, 5000 * kilobyte];

  test.each([...edges, ...huge])('a channel of %i bytes is read as it was written', async bytes => {
    const saver = table.saver();
    const values = { large: filler(bytes, 'äb'), small: 1 };
    const config = await putAll(saver, configOf(), values);
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
    const { thread_id: thread } = config.configurable ?? {};
    expect((await saver.getTuple(configOf(String(thread))))?.checkpoint.channel_values).toEqual(values);
  });

  test.each([4096, 410_000, 1_100_000])('a write of %i bytes is read as it was written', async bytes => {
    const saver = table.saver();
    const config = await putAll(saver, configOf(), {});
    const value = filler(bytes);
    await saver.putWrites(
      config,
      [
        ['small', 1],
        ['large', value],
      ],
      'task',
    );
    const tuple = await saver.getTuple(config);
    expect(tuple?.pendingWrites).toEqual([
      ['task', 'small', 1],
      ['task', 'large', value],
    ]);
  });
});

describe('many or mixed values', () => {
  test('metadata, and other parts of a checkpoint than the channels, may be large', async () => {
    const saver = table.saver();
    const checkpoint = checkpointOf({}, { versions_seen: { node: { [filler(500_000)]: 1 } } });
    const large = { ...metadata, note: filler(500_000) };
    const config = await saver.put(configOf(), checkpoint, large, {});
    const tuple = await saver.getTuple(config);
    expect(tuple?.checkpoint).toEqual(checkpoint);
    expect(tuple?.metadata).toEqual(large);
  });

  test('thousands of small channels are one checkpoint', async () => {
    const saver = table.saver();
    const values = Object.fromEntries(
      Array.from({ length: 3000 }, (_, at) => [`channel ${at}`, filler(500)]),
    );
    const config = await putAll(saver, configOf(), values);
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
  });

  test('a task may have thousands of writes', async () => {
    const saver = table.saver();
    const config = await putAll(saver, configOf(), {});
    const writes = Array.from({ length: 3000 }, (_, at): [string, unknown] => ['channel', at]);
    await saver.putWrites(config, writes, 'task');
    expect((await saver.getTuple(config))?.pendingWrites).toEqual(
      writes.map(([channel, value]) => ['task', channel, value]),
    );
  });

  test('sizes around the limits, in any mixture', async () => {
    const near = fc.oneof(
      ...[4096, 8192, 384 * kilobyte].map(limit => fc.integer({ min: limit - 20, max: limit + 20 })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(near, { minLength: 1, maxLength: 6 }), async sizes => {
        const saver = table.saver();
        const values = Object.fromEntries(sizes.map((bytes, at) => [`c${at}`, filler(bytes, String(at))]));
        const config = await putAll(saver, configOf(), values);
        expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
      }),
      { numRuns: 20 },
    );
  });
});
