import { randomUUID } from 'node:crypto';
import { MemorySaver } from '@langchain/langgraph-checkpoint';
import * as fc from '../../support/properties.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { checkpointOf, configOf, idsOf, metadata, putAll } from './support/checkpoints.ts';
import { type Checkpoints, newTable } from './support/table.ts';

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

/** Texts full of what keys are made of. */
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('!', '"', '#', '~', '\u0000', ' ', '|', ':', 'a', 'w', 'c', 'é', '😀'),
    maxLength: 8,
  }),
);
const id = name.filter(text => text !== '' && !['__proto__', 'constructor', 'prototype'].includes(text));

describe('any text as a name', () => {
  test('namespaces never meet, and each has its own latest checkpoint', async () => {
    const some = fc.uniqueArray(name, { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(some, async namespaces => {
        const saver = table.saver();
        const thread = randomUUID();
        await Promise.all(namespaces.map(ns => putAll(saver, configOf(thread, ns), { ns })));
        for (const ns of namespaces) {
          const tuple = await saver.getTuple(configOf(thread, ns));
          expect(tuple?.checkpoint.channel_values).toEqual({ ns });
          expect(tuple?.config.configurable).toMatchObject({ thread_id: thread, checkpoint_ns: ns });
        }
        const all = new Set();
        for await (const { config } of saver.list({ configurable: { thread_id: thread } }))
          all.add(config.configurable?.['checkpoint_ns']);
        expect(all).toEqual(new Set(namespaces));
      }),
      { numRuns: 20 },
    );
  });
});

describe('ids', () => {
  test('ids have the order that MemorySaver gives them, up to the Basic Multilingual Plane', async () => {
    const some = fc.uniqueArray(
      id.filter(text => !/[\u{10000}-\u{10ffff}]/u.test(text)),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(some, async ids => {
        const [ours, memory] = [table.saver(), new MemorySaver()];
        const thread = randomUUID();
        for (const one of ids) {
          const checkpoint = checkpointOf({}, { id: one });
          await ours.put(configOf(thread), checkpoint, metadata, {});
          await memory.put(configOf(thread), checkpoint, metadata);
        }
        expect(await idsOf(ours.list(configOf(thread)))).toEqual(await idsOf(memory.list(configOf(thread))));
        const [first = ''] = ids;
        const before = { before: configOf(thread, '', first) };
        const expected = await idsOf(memory.list(configOf(thread), before));
        expect(await idsOf(ours.list(configOf(thread), before))).toEqual(expected);
        const latest = await ours.getTuple(configOf(thread));
        expect(latest?.checkpoint.id).toBe((await memory.getTuple(configOf(thread)))?.checkpoint.id);
        for (const one of ids) {
          const tuple = await ours.getTuple(configOf(thread, '', one));
          expect(tuple?.checkpoint.id).toBe(one);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('names within a checkpoint', () => {
  test('channels, tasks and paths keep their names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 1 }), name, name, async (channels, task, path) => {
        const saver = table.saver();
        const values = Object.fromEntries(channels.map((channel, at) => [channel, at]));
        const config = await putAll(saver, configOf(), values);
        const writes = channels.map((channel, at): [string, unknown] => [channel, at]);
        await saver.putWrites(config, writes, task, path);
        const tuple = await saver.getTuple(config);
        expect(Object.entries(tuple?.checkpoint.channel_values ?? {})).toEqual(Object.entries(values));
        expect(tuple?.pendingWrites).toEqual(writes.map(([channel, value]) => [task, channel, value]));
      }),
      { numRuns: 20 },
    );
  });

  test('threads of two prefixes never meet', async () => {
    await fc.assert(
      fc.asyncProperty(name, id, name, id, async (prefix, thread, other, otherThread) => {
        fc.pre(prefix !== other || thread !== otherThread);
        const run = randomUUID();
        const [mine, theirs] = [prefix, other].map(keyPrefix => table.saver({ keyPrefix: run + keyPrefix }));
        await mine?.put(configOf(thread), checkpointOf({}), metadata, {});
        if (prefix !== other) expect(await theirs?.getTuple(configOf(thread))).toBeUndefined();
        expect(await theirs?.getTuple(configOf(otherThread))).toBeUndefined();
        const all = mine ? await idsOf(mine.list({})) : [];
        expect(all).toHaveLength(1);
      }),
      { numRuns: 10 },
    );
  });
});

test('null stands for nothing, as in a config that came as JSON', async () => {
  for (const saver of [table.saver(), new MemorySaver()]) {
    const configurable = { thread_id: randomUUID(), checkpoint_ns: null, checkpoint_id: null };
    const stored = await saver.put({ configurable }, checkpointOf({ a: 1 }), metadata, { a: 1 });
    expect(stored.configurable).toMatchObject({ checkpoint_ns: '' });
    const tuple = await saver.getTuple({ configurable });
    expect(tuple?.checkpoint.channel_values).toEqual({ a: 1 });
    const before = { configurable: { checkpoint_id: null } };
    expect(await idsOf(saver.list(stored, { before }))).toEqual([tuple?.checkpoint.id]);
  }
});

describe('a value that cannot be a name is refused before anything is sent', () => {
  const config = { code: codes.checkpointConfig };

  test.each([
    ['a thread_id that is a number', { thread_id: 7 }],
    ['an empty thread_id', { thread_id: '' }],
    ['null', { thread_id: null }],
    ['half of a surrogate pair', { thread_id: 'a\ud800' }],
    ['such a namespace', { thread_id: 'a', checkpoint_ns: '\udc00' }],
    ['a thread_id of 2049 bytes', { thread_id: 'x'.repeat(2049) }],
    ['a namespace that makes the key too long', { thread_id: 'a', checkpoint_ns: 'x'.repeat(1024) }],
  ])('%s', async (_, configurable) => {
    const saver = table.saver({ keyPrefix: '' });
    await expect(saver.put({ configurable }, checkpointOf({}), metadata, {})).rejects.toMatchObject(config);
  });

  test('a missing thread, with what was asked and what to do', async () => {
    const saver = table.saver();
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      'Storing a checkpoint': () => saver.put({}, checkpointOf({}), metadata, {}),
      'Storing the writes of a task': () => saver.putWrites({}, [], 'task'),
      'Reading the history of channels': () =>
        saver.getDeltaChannelHistory({ config: {}, channels: ['messages'] }),
    };
    for (const [what, call] of Object.entries(calls))
      await expect(call()).rejects.toThrow(new RegExp(`^${what} needs a thread: .* thread_id: `));
  });

  test('keys of 1024 bytes are taken', async () => {
    const saver = table.saver();
    const ns = 'x'.repeat(1024 - 'c!!!~'.length - checkpointOf({}).id.length);
    const stored = await putAll(saver, configOf('thread', ns), { a: 1 });
    expect((await saver.getTuple(stored))?.checkpoint.channel_values).toEqual({ a: 1 });
    await expect(putAll(saver, configOf('thread', `${ns}x`), { a: 1 })).rejects.toMatchObject(config);
  });
});
