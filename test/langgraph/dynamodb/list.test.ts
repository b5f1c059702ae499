import { randomUUID } from 'node:crypto';
import type { RunnableConfig } from '@langchain/core/runnables';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DynamoDBSaver } from '../../../src/langgraph/dynamodb/index.ts';
import { checkpointOf, configOf, filler, idsOf, metadata, putAll } from './support/checkpoints.ts';
import { type Checkpoints, newTable } from './support/table.ts';

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

const pages = 1_300_000;
const each = 7900;

/** A chain of more than one page of 1 MB, in the order in which it was made. */
async function longThread(saver: DynamoDBSaver, thread: string): Promise<readonly RunnableConfig[]> {
  const checkpoints = Array.from({ length: Math.ceil(pages / each) }, () =>
    checkpointOf({ a: filler(each / 2), b: filler(each / 2) }),
  );
  const puts = checkpoints.map(async (checkpoint, at) => {
    const parent = configOf(thread, '', checkpoints[at - 1]?.id);
    const config = await saver.put(parent, checkpoint, { ...metadata, step: at }, { a: 1, b: 1 });
    await saver.putWrites(config, [['messages', at]], 'task');
    return config;
  });
  return Promise.all(puts);
}

const idOf = (config: RunnableConfig | undefined): string => String(config?.configurable?.['checkpoint_id']);

describe('a thread of several pages of 1 MB', () => {
  let saver: DynamoDBSaver;
  let configs: readonly RunnableConfig[];
  const thread = randomUUID();
  beforeAll(async () => {
    saver = table.saver();
    configs = await longThread(saver, thread);
  });

  test('is listed as a whole, newest first', async () => {
    expect(await idsOf(saver.list(configOf(thread)))).toEqual(configs.map(idOf).toReversed());
  });

  test.each([1, 20, 130])('is listed up to a `limit` of %i, behind a checkpoint', async limit => {
    const before = configs[150];
    const expected = configs.slice(0, 150).map(idOf).toReversed().slice(0, limit);
    expect(await idsOf(saver.list(configOf(thread), { before: before ?? {}, limit }))).toEqual(expected);
  });

  test('is filtered before the `limit`', async () => {
    const found = await idsOf(saver.list(configOf(thread), { filter: { step: 3 }, limit: 1 }));
    expect(found).toEqual([idOf(configs[3])]);
    expect(await idsOf(saver.list(configOf(thread), { filter: { step: '3' } }))).toEqual([]);
    expect(await idsOf(saver.list(configOf(thread), { filter: { parents: {} }, limit: 2 }))).toHaveLength(2);
  });

  test('has a history over all pages', async () => {
    const config = configs.at(-1) ?? {};
    const { messages } = await saver.getDeltaChannelHistory({ config, channels: ['messages'] });
    const steps = messages?.writes.map(([, , value]) => value);
    expect(steps).toEqual(Array.from({ length: configs.length - 1 }, (_, at) => at));
  });
});

describe('several namespaces', () => {
  test('are listed newest first before the `limit`, of one thread and of all', async () => {
    const saver = table.saver();
    const thread = randomUUID();
    const ids: string[] = [];
    for (const ns of ['z', '', 'a', 'z', '', 'z|1'])
      ids.push(idOf(await putAll(saver, configOf(thread, ns), {})));
    const newest = ids.toReversed();
    expect(await idsOf(saver.list({ configurable: { thread_id: thread } }, { limit: 4 }))).toEqual(
      newest.slice(0, 4),
    );
    expect(await idsOf(saver.list({}, { limit: 4 }))).toEqual(newest.slice(0, 4));
    const ofOne = { configurable: { checkpoint_ns: 'z' } };
    expect(await idsOf(saver.list(ofOne))).toEqual([ids[3], ids[0]]);
    expect(await idsOf(saver.list({ configurable: { thread_id: thread, checkpoint_id: ids[2] } }))).toEqual([
      ids[2],
    ]);
    expect(await idsOf(saver.list({}, { limit: 0 }))).toEqual([]);
  });

  test('may have the same checkpoint ids', async () => {
    const saver = table.saver();
    const thread = randomUUID();
    const checkpoint = checkpointOf({});
    for (const ns of ['', 'a', 'b']) {
      const config = await saver.put(configOf(thread, ns), checkpoint, metadata, {});
      await saver.putWrites(config, [['ns', ns]], 'task');
    }
    const found = [];
    for await (const tuple of saver.list({ configurable: { thread_id: thread } })) found.push(tuple);
    expect(found.map(({ pendingWrites }) => pendingWrites)).toEqual(
      ['', 'a', 'b'].map(ns => [['task', 'ns', ns]]),
    );
  });
});
