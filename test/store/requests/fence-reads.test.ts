import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Call } from '../../../src/store/backend/backend.ts';
import { FenceReads } from '../../../src/store/requests/fence-reads.ts';

const reading = (at: number) => ({
  fence: { epoch: 'g', at, except: undefined },
  earliest: at,
  latest: at,
});
const newCall = (): Call => ({ signal: new AbortController().signal });

/** Fences that have the number of the request as their time, and what each request asked for. */
function counted(delayMS = 0) {
  const asked: { tags: readonly string[]; call: Call }[] = [];
  const fences = new FenceReads(async (tags, call) => {
    const count = asked.push({ tags, call });
    await setTimeout(delayMS);
    if (tags.includes('lost')) throw new Error('The connection is lost.');
    const found = tags.filter(tag => tag !== 'left out');
    return new Map(found.map(tag => [tag, tag === 'foreign' ? new Error('Not a fence.') : reading(count)]));
  });
  return { asked, fences };
}

test('The fences of one turn are one request, which has each tag once.', async () => {
  const { asked, fences } = counted();
  const call = newCall();
  const found = await Promise.all(['a', 'b', 'a'].map(tag => fences.one(tag, call)));
  expect(found).toEqual([reading(1), reading(1), reading(1)]);
  expect(asked.map(({ tags }) => tags)).toEqual([['a', 'b']]);
});

test('No read joins a request that was already sent: it sees every write that was acknowledged before its call.', async () => {
  const { asked, fences } = counted(20);
  const call = newCall();
  const early = fences.one('a', call);
  await setTimeout(5);
  const late = fences.one('a', call);
  expect([await early, await late]).toEqual([reading(1), reading(2)]);
  expect(asked).toHaveLength(2);
});

test("Only reads with the same signal go together: no read is ended by another read's deadline.", async () => {
  const { asked, fences } = counted();
  const [one, other] = [newCall(), newCall()];
  await Promise.all([fences.one('a', one), fences.one('b', other), fences.one('c', one)]);
  expect(asked.map(({ tags }) => tags)).toEqual([['a', 'c'], ['b']]);
  expect(asked.map(({ call }) => call.signal)).toEqual([one.signal, other.signal]);
});

test('One that cannot be read fails none of its neighbours, and a failed request fails all of its own.', async () => {
  const { fences } = counted();
  const [call, other] = [newCall(), newCall()];
  const tags = ['a', 'foreign', 'left out'].map(tag => fences.one(tag, call));
  const answers = await Promise.allSettled([...tags, fences.one('b', other), fences.one('lost', other)]);
  expect(answers.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
    'rejected',
  ]);
});
