import { randomUUID } from 'node:crypto';
import { Annotation, Command, interrupt, START, StateGraph } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { beforeAll, describe, expect, test } from 'vitest';
import { codes, warningCodes } from '../../../src/errors/codes.ts';
import { noticeListeners } from '../../../src/platform/notices.ts';
import { checkpointOf, configOf, metadata, putAll } from './support/checkpoints.ts';
import { itemsOf } from './support/items.ts';
import { makeUnreadable } from './support/old-items.ts';
import { type Checkpoints, newTable } from './support/table.ts';

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

const State = Annotation.Root({ value: Annotation<unknown>, step: Annotation<unknown> });

/** Puts a value into the state, and then asks a human. */
function graphWith(checkpointer: BaseCheckpointSaver, value: unknown) {
  return new StateGraph(State)
    .addNode('give', () => ({ value, step: 'given' }))
    .addNode('ask', () => ({ step: interrupt('go on?') }))
    .addEdge(START, 'give')
    .addEdge('give', 'ask')
    .compile({ checkpointer });
}

async function count(all: AsyncIterable<unknown>): Promise<number> {
  let seen = 0;
  for await (const _ of all) seen += 1;
  return seen;
}

const throwing = {
  toJSON(): never {
    throw new RangeError('no JSON of this');
  },
};

describe.each([
  ['a function', () => 1, undefined],
  ['a symbol', Symbol('s'), undefined],
  ['an object with a function', { kept: 1, left: () => 1 }, { kept: 1 }],
  ['a list with a symbol', [1, Symbol('s')], [1, null]],
])('%s in the state', (_name, value, stored) => {
  test('is left out, as other checkpointers do, and the thread goes on', async () => {
    const graph = graphWith(table.saver(), value);
    const config = configOf();
    await graph.invoke({ step: 'begun' }, config);
    expect((await graph.getState(config)).values).toEqual({
      ...(stored !== undefined && { value: stored }),
      step: 'given',
    });
    expect(await count(graph.getStateHistory(config))).toBe(3);
    expect(await graph.invoke(new Command({ resume: 'yes' }), config)).toMatchObject({ step: 'yes' });
    await graph.updateState(config, { value: 'plain' }, 'give');
    expect((await graph.getState(config)).values).toEqual({ value: 'plain', step: 'yes' });
  });
});

test('a function that is left out is a warning that names the channel', async () => {
  const told: string[] = [];
  const listener = (code: string, message: string): void => void told.push(`${code} ${message}`);
  noticeListeners.add(listener);
  const channel = `channel-${randomUUID()}`;
  await putAll(table.saver(), configOf(), { [channel]: () => 1 });
  noticeListeners.delete(listener);
  expect(told).toEqual([
    expect.stringContaining(`${warningCodes.checkpointLeftOut} The channel '${channel}' holds a function`),
  ]);
});

describe.each([
  ['a BigInt', 5n, 'holds a BigInt,'],
  ['a nested BigInt', { items: [{ price: 5n }] }, 'holds a BigInt at .items[0].price,'],
  ['a BigInt under a name that may be data', { 'anna@example.org': 5n }, 'holds a BigInt at […],'],
  ['a BigInt in a Map', new Map([['total', 5n]]), 'holds a BigInt at .total,'],
  ['a BigInt in a Set', { seen: new Set([1, 5n]) }, 'holds a BigInt at .seen[1],'],
  ['a throwing toJSON', { by: throwing }, 'holds a value whose toJSON throws at .by,'],
  ['a Map in itself', selfMap(), 'holds a value that contains itself at .self,'],
])('%s in the state', (_name, value, message) => {
  test('is refused with its path, before anything is sent', async () => {
    const partition = randomUUID();
    const saver = table.saver({ keyPrefix: '' });
    const refusal = {
      code: codes.checkpointUnstorable,
      message: expect.stringContaining(message) as unknown,
    };
    const first = await putAll(saver, configOf(partition), { step: 'begun' });
    const before = await itemsOf(table, partition);
    await expect(putAll(saver, first, { value })).rejects.toMatchObject(refusal);
    await expect(saver.putWrites(first, [['value', value]], 'task')).rejects.toMatchObject(refusal);
    expect(await itemsOf(table, partition)).toEqual(before);
  });

  test('fails its run, and the thread goes on with another value', async () => {
    const saver = table.saver();
    const config = { ...configOf(), durability: 'sync' as const };
    await expect(graphWith(saver, value).invoke({ step: 'begun' }, config)).rejects.toMatchObject({
      code: codes.checkpointUnstorable,
    });
    const mended = graphWith(saver, 'plain');
    expect((await mended.getState(config)).values).toEqual({ step: 'begun' });
    expect(await mended.invoke(null, config)).toMatchObject({ value: 'plain', step: 'given' });
  });
});

test('the error of a toJSON is the cause', async () => {
  const refused = putAll(table.saver(), configOf(), { value: throwing });
  await expect(refused).rejects.toMatchObject({ cause: { name: 'RangeError' } });
});

test('a BigInt in the metadata is refused', async () => {
  const odd = Object.assign({ ...metadata }, { order: 5n });
  await expect(table.saver().put(configOf(), checkpointOf({}), odd, {})).rejects.toMatchObject({
    code: codes.checkpointUnstorable,
    message: expect.stringContaining('The metadata holds a BigInt at .order,') as unknown,
  });
});

test('the text that the serializer gives for what it cannot store is stored where it is that text', async () => {
  const text = '[unable to serialize, circular reference is too complex to analyze]';
  const saver = table.saver();
  const stored = await putAll(saver, configOf(), { value: text });
  expect((await saver.getTuple(stored))?.checkpoint.channel_values['value']).toBe(text);
});

test('a thread that has a function already is read without it, and can be mended', async () => {
  const thread = randomUUID();
  const saver = table.saver({ keyPrefix: '' });
  const graph = graphWith(saver, 'to become a function');
  const config = configOf(thread);
  await graph.invoke({ step: 'begun' }, config);
  expect(await makeUnreadable(table, thread, 'value')).toBeGreaterThan(1);
  const fresh = graphWith(table.saver({ keyPrefix: '' }), 'plain');
  expect((await fresh.getState(config)).values).toEqual({ step: 'given' });
  expect(await count(fresh.getStateHistory(config))).toBe(3);
  expect(await fresh.invoke(new Command({ resume: 'yes' }), config)).toMatchObject({ step: 'yes' });
  await fresh.updateState(config, { value: 'mended' }, 'give');
  expect((await fresh.getState(config)).values).toEqual({ value: 'mended', step: 'yes' });
});

function selfMap(): unknown {
  const map = new Map<string, unknown>([['total', 1]]);
  return map.set('self', map);
}
