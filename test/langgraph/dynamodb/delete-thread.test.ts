import { randomUUID } from 'node:crypto';
import { uuid6 } from '@langchain/langgraph-checkpoint';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { checkpointOf, configOf, filler, idsOf, metadata, putAll } from './support/checkpoints.ts';
import { type Faulty, startFaulty } from './support/faulty.ts';
import { sortKeysOf } from './support/items.ts';
import { raceCount } from '../../support/race-count.ts';

const deleted = { code: codes.checkpointThreadDeleted };

let faulty: Faulty;
beforeAll(async () => {
  faulty = await startFaulty('');
});
afterEach(() => faulty.proxy.setFault(undefined));
afterAll(() => faulty.proxy.close());

describe('a deleted thread', () => {
  test('is empty in all namespaces, large values and writes included; other threads stay', async () => {
    const { plain, table } = faulty;
    const [thread, other] = [randomUUID(), randomUUID()];
    const place = { thread_id: thread };
    for (const ns of ['', 'child', 'child|2']) {
      const config = await putAll(plain, configOf(thread, ns), { large: filler(500_000), small: 1 });
      await plain.putWrites(
        config,
        [
          ['large', filler(10_000)],
          ['small', 2],
        ],
        'task',
      );
    }
    const stays = await putAll(plain, configOf(other), { a: 1 });
    await plain.deleteThread(thread);
    expect(await plain.getTuple({ configurable: place })).toBeUndefined();
    expect(await idsOf(plain.list({ configurable: place }))).toEqual([]);
    expect(await sortKeysOf(faulty.table, thread)).toEqual(['f']);
    expect(await plain.getTuple(stays)).toBeDefined();
    expect(table).toBe(faulty.table);
  });

  test('of thousands of items, over several pages of 1 MB, is empty', async () => {
    const { plain } = faulty;
    const thread = randomUUID();
    await Promise.all(
      Array.from({ length: 30 }, () =>
        putAll(plain, configOf(thread), { a: filler(4000), b: filler(90_000) }),
      ),
    );
    await plain.deleteThread(thread);
    expect(await sortKeysOf(faulty.table, thread)).toEqual(['f']);
  });

  test.each([
    ['a small checkpoint', 10],
    ['a large checkpoint', 900_000],
  ])('%s that comes late stays out, and leaves nothing', async (_, bytes) => {
    const { plain } = faulty;
    const thread = randomUUID();
    const parent = await putAll(plain, configOf(thread), { a: 1 });
    await plain.deleteThread(thread);
    await expect(putAll(plain, parent, { a: filler(bytes) })).rejects.toMatchObject(deleted);
    expect(await sortKeysOf(faulty.table, thread)).toEqual(['f']);
  });
});

describe('what comes late', () => {
  test('late writes stay out, and leave nothing', async () => {
    const { plain } = faulty;
    const thread = randomUUID();
    const parent = await putAll(plain, configOf(thread), { a: 1 });
    await plain.deleteThread(thread);
    const writes: [string, unknown][] = [
      ['a', 1],
      ['__interrupt__', filler(20_000)],
    ];
    await expect(plain.putWrites(parent, writes, 'task')).rejects.toMatchObject(deleted);
    expect(await sortKeysOf(faulty.table, thread)).toEqual(['f']);
  });

  test('a late checkpoint takes the writes with it that came before it', async () => {
    const { plain } = faulty;
    const thread = randomUUID();
    const parent = await putAll(plain, configOf(thread), { a: 1 });
    await plain.deleteThread(thread);
    const late = checkpointOf({});
    await plain.putWrites(configOf(thread, '', late.id), [['a', filler(10_000)]], 'task');
    await expect(plain.put(parent, late, metadata, {})).rejects.toMatchObject(deleted);
    expect(await sortKeysOf(faulty.table, thread)).toEqual(['f']);
  });

  test('a late checkpoint of a subgraph stays out, although it has no parent of its own', async () => {
    const { plain } = faulty;
    const thread = randomUUID();
    const parent = await putAll(plain, configOf(thread), { a: 1 });
    await plain.deleteThread(thread);
    const parents = { '': String(parent.configurable?.['checkpoint_id']) };
    const late = plain.put(configOf(thread, 'child'), checkpointOf({}), { ...metadata, parents }, {});
    await expect(late).rejects.toMatchObject(deleted);
  });

  test('the first checkpoint of a thread that was deleted before it was begun stays out', async () => {
    const { plain } = faulty;
    const thread = randomUUID();
    const first = checkpointOf({ a: 1 });
    await plain.deleteThread(thread);
    await expect(plain.put(configOf(thread), first, metadata, { a: 1 })).rejects.toMatchObject(deleted);
  });
});

describe('a thread after its deletion', () => {
  test('can be started again, and deleted again', async () => {
    const { plain } = faulty;
    const thread = randomUUID();
    for (let round = 1; round <= 3; round += 1) {
      const config = await putAll(plain, configOf(thread), { round });
      await putAll(plain, config, { round });
      expect(await idsOf(plain.list(configOf(thread)))).toHaveLength(2);
      await plain.deleteThread(thread);
      expect(await plain.getTuple(configOf(thread))).toBeUndefined();
    }
  });

  test('a new thread that begins while the old one is swept stays whole', async () => {
    const { plain, saver, proxy } = faulty;
    const thread = randomUUID();
    await putAll(plain, configOf(thread), { old: filler(50_000) });
    let begun: ReturnType<typeof putAll> | undefined;
    proxy.setFault(({ operation, forward }) => {
      if (operation !== 'BatchWriteItem' || begun !== undefined) return undefined;
      begun = putAll(plain, configOf(thread), { new: filler(50_000) });
      return begun.then(() => forward());
    });
    await saver.deleteThread(thread);
    const tuple = await plain.getTuple(configOf(thread));
    expect(tuple?.checkpoint.channel_values).toEqual({ new: filler(50_000) });
    expect(await idsOf(plain.list(configOf(thread)))).toHaveLength(1);
  });
});

describe('races', () => {
  test('Runs during a deletion: none of them stays, and none is incomplete', async () => {
    const { plain, table } = faulty;
    const races = raceCount();
    const atOnce = 25;
    let refused = 0;
    const race = async (): Promise<void> => {
      const thread = randomUUID();
      const first = await putAll(plain, configOf(thread), { step: 0, large: filler(5000) });
      const run = async (): Promise<void> => {
        let config = first;
        for (let step = 1; step <= 4; step += 1) {
          config = await putAll(plain, config, { step, large: filler(5000 + step) });
          await plain.putWrites(config, [['step', step]], 'task');
        }
      };
      const [ran] = await Promise.allSettled([run(), plain.deleteThread(thread)]);
      refused += ran.status === 'rejected' ? 1 : 0;
      if (ran.status === 'rejected') expect(ran.reason).toMatchObject(deleted);
      expect(await plain.getTuple(configOf(thread))).toBeUndefined();
      const left = (await sortKeysOf(table, thread)).filter(key => key !== 'f');
      expect(left).toEqual([]);
    };
    for (let at = 0; at < races; at += atOnce) await Promise.all(Array.from({ length: atOnce }, race));
    expect(refused).toBeGreaterThan(0);
  });
});

test('an id of another form than LangGraph makes is fenced, too', async () => {
  const { plain } = faulty;
  const thread = randomUUID();
  const parent = await putAll(plain, configOf(thread), {}, { id: 'step 1' });
  await plain.deleteThread(thread);
  await expect(putAll(plain, parent, {}, { id: 'step 2' })).rejects.toMatchObject(deleted);
  expect(uuid6(0) < 'step').toBe(true);
});
