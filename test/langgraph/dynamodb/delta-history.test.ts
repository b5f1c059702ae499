import { randomUUID } from 'node:crypto';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { DeltaSnapshot, MemorySaver, uuid6 } from '@langchain/langgraph-checkpoint';
import * as fc from '../../support/properties.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { checkpointOf, configOf, filler, metadata, putAll } from './support/checkpoints.ts';
import { type Checkpoints, newTable } from './support/table.ts';

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

const gone = { code: codes.checkpointAncestorGone };

describe('the history of channels that store differences', () => {
  const step = fc.record({
    /** Which of the earlier checkpoints it comes from. */
    from: fc.nat(),
    writes: fc.array(fc.tuple(fc.constantFrom('b', 'a'), fc.constantFrom('m', 'n'), fc.nat()), {
      maxLength: 3,
    }),
    snapshot: fc.constantFrom(undefined, undefined, 'm', 'n'),
  });

  test('is the same as in MemorySaver, over forks, snapshots and large values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
        const [ours, memory] = [table.saver(), new MemorySaver()];
        const configs = [configOf(randomUUID())];
        for (const { from, writes, snapshot } of steps) {
          const parent = configs[from % configs.length] ?? {};
          const values =
            snapshot === undefined ? {} : { [snapshot]: new DeltaSnapshot([filler(5000), from]) };
          const checkpoint = checkpointOf(values);
          const config = await ours.put(parent, checkpoint, metadata, checkpoint.channel_versions);
          await memory.put(parent, checkpoint, metadata);
          for (const [task, channel, value] of writes) {
            await ours.putWrites(config, [[channel, value]], task);
            await memory.putWrites(config, [[channel, value]], task);
          }
          configs.push(config);
        }
        const asked = configs.map(config => ({ config, channels: ['m', 'n', 'unknown'] }));
        const found = await Promise.all(asked.map(each => ours.getDeltaChannelHistory(each)));
        expect(found).toEqual(await Promise.all(asked.map(each => memory.getDeltaChannelHistory(each))));
      }),
      { numRuns: 8 },
    );
  });
});

describe('a way back that is not plain', () => {
  test('is found where ids are not in the order of time', async () => {
    const saver = table.saver();
    const thread = randomUUID();
    let config = configOf(thread);
    for (const id of ['m', 'z', 'a', 'q']) {
      config = await putAll(saver, config, {}, { id });
      await saver.putWrites(config, [['messages', id]], 'task');
    }
    const { messages } = await saver.getDeltaChannelHistory({ config, channels: ['messages'] });
    expect(messages?.writes.map(([, , value]) => value)).toEqual(['m', 'z', 'a']);
  });

  test('never begins with nothing when a checkpoint is missing on the way', async () => {
    const keyPrefix = '';
    const saver = table.saver({ keyPrefix });
    const thread = randomUUID();
    const configs = [configOf(thread)];
    for (let at = 0; at < 4; at += 1) {
      const config = await putAll(saver, configs.at(-1) ?? {}, at === 0 ? { messages: [0] } : {});
      await saver.putWrites(config, [['messages', at]], 'task');
      configs.push(config);
    }
    const asked = { config: configs.at(-1) ?? {}, channels: ['messages'] };
    expect((await saver.getDeltaChannelHistory(asked))['messages']?.writes).toHaveLength(3);
    const id = configs[2]?.configurable?.['checkpoint_id'];
    const key = { thread_id: { S: thread }, sk: { S: `c!!${id}!~` } };
    await table.client.send(new DeleteItemCommand({ TableName: table.table, Key: key }));
    await expect(saver.getDeltaChannelHistory(asked)).rejects.toMatchObject(gone);
  });

  test('of a checkpoint that is gone is an error; that of a thread without any is empty', async () => {
    const saver = table.saver();
    const channels = ['messages'];
    const config = configOf(randomUUID(), '', uuid6(0));
    await expect(saver.getDeltaChannelHistory({ config, channels })).rejects.toMatchObject(gone);
    const empty = await saver.getDeltaChannelHistory({ config: configOf(), channels });
    expect(empty).toEqual({ messages: { writes: [] } });
    expect(await saver.getDeltaChannelHistory({ config, channels: [] })).toEqual({});
  });
});
