import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { Connection } from '../../../src/dynamodb/connection.ts';
import { batchWrite, putRequest } from '../../../src/dynamodb/batch-write.ts';
import { configOf, filler, idsOf, putAll } from './support/checkpoints.ts';
import { itemsOf } from './support/items.ts';
import { type Checkpoints, newTable } from './support/table.ts';

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

const tasks = 1400;

/** Gives a checkpoint the writes of more tasks, as copies of those of the task `a`. */
async function addTasks(thread: string): Promise<void> {
  const writes = (await itemsOf(table, thread)).find(({ sk }) => sk?.S?.includes('!w!a!'));
  const copies = Array.from({ length: tasks - 1 }, (_, at) =>
    putRequest({ ...writes, sk: { S: (writes?.['sk']?.S ?? '').replace('!w!a!', `!w!b${at}!`) } }),
  );
  await batchWrite(new Connection(table.client), table.table, copies, new AbortController().signal);
}

test('a checkpoint may have the writes of many tasks, 11 MB in all', async () => {
  const saver = table.saver({ keyPrefix: '' });
  const thread = randomUUID();
  const older = await putAll(saver, configOf(thread), { step: 1 });
  const config = await putAll(saver, configOf(thread), { step: 2 });
  const value = filler(4000);
  await saver.putWrites(
    config,
    [
      ['a', value],
      ['b', value],
    ],
    'a',
  );
  await addTasks(thread);
  const latest = await saver.getTuple(configOf(thread));
  expect(latest?.config).toEqual(config);
  expect(latest?.pendingWrites).toHaveLength(2 * tasks);
  expect(await idsOf(saver.list(configOf(thread), { limit: 2 }))).toEqual([
    config.configurable?.['checkpoint_id'],
    older.configurable?.['checkpoint_id'],
  ]);
});
