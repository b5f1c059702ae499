import { randomUUID } from 'node:crypto';
import { ERROR, INTERRUPT, MemorySaver, RESUME, SCHEDULED } from '@langchain/langgraph-checkpoint';
import * as fc from '../../support/properties.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkpointOf, configOf, metadata, putAll } from './support/checkpoints.ts';
import { type Checkpoints, newTable } from './support/table.ts';

const writes = (by: string): [string, unknown][] => ['a', 'b', 'c'].map(name => [name, by]);

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

describe('the writes of tasks', () => {
  const channel = fc.constantFrom('a', 'b', ERROR, SCHEDULED, INTERRUPT, RESUME);
  const call = fc.record({
    task: fc.constantFrom('task-1', 'task-2', '2'),
    path: fc.constantFrom('', '~~pull, a', 'x', '😀', '\uffff'),
    writes: fc.array(fc.tuple(channel, fc.nat()), { maxLength: 4 }),
  });

  test('any calls of `putWrites` leave what they leave in MemorySaver, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 6 }), async calls => {
        const [ours, memory] = [table.saver(), new MemorySaver()];
        const thread = configOf(randomUUID());
        const checkpoint = checkpointOf({});
        const config = await ours.put(thread, checkpoint, metadata, {});
        await memory.put(thread, checkpoint, metadata);
        for (const { task, path, writes: some } of calls) {
          await ours.putWrites(config, some, task, path);
          await memory.putWrites(config, some, task, path);
        }
        const expected = (await memory.getTuple(config))?.pendingWrites ?? [];
        expect((await ours.getTuple(config))?.pendingWrites).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe('writes at the same time', () => {
  test('100 tasks that end at the same time all keep theirs', async () => {
    const saver = table.saver();
    const config = await putAll(saver, configOf(), {});
    const tasks = Array.from({ length: 100 }, (_, at) => `task-${String(at).padStart(3, '0')}`);
    await Promise.all(
      tasks.map(task =>
        saver.putWrites(
          config,
          [
            ['a', task],
            ['b', 1],
          ],
          task,
        ),
      ),
    );
    const tuple = await saver.getTuple(config);
    expect(tuple?.pendingWrites).toEqual(
      tasks.flatMap(task => [
        [task, 'a', task],
        [task, 'b', 1],
      ]),
    );
  });
});

describe('two processes', () => {
  test('two processes that run the same task leave the writes of one of them, 100 times', async () => {
    const keyPrefix = randomUUID();
    const [one, other] = [table.saver({ keyPrefix }), table.saver({ keyPrefix })];
    const race = async (): Promise<void> => {
      const config = await putAll(one, configOf(), {});
      await Promise.all([
        one.putWrites(config, writes('one'), 'task'),
        other.putWrites(config, writes('other'), 'task'),
      ]);
      const by = new Set((await one.getTuple(config))?.pendingWrites?.map(([, , value]) => value));
      expect(by.size).toBe(1);
    };
    for (let batch = 0; batch < 4; batch += 1) await Promise.all(Array.from({ length: 25 }, race));
  });

  test('writes that come before their checkpoint are there with it, and make none', async () => {
    const saver = table.saver();
    const thread = configOf();
    const checkpoint = checkpointOf({ a: 1 });
    const { thread_id: id } = thread.configurable ?? {};
    await saver.putWrites(configOf(String(id), '', checkpoint.id), [['a', 2]], 'task');
    expect(await saver.getTuple(thread)).toBeUndefined();
    const config = await saver.put(thread, checkpoint, metadata, { a: 1 });
    expect((await saver.getTuple(config))?.pendingWrites).toEqual([['task', 'a', 2]]);
  });
});
