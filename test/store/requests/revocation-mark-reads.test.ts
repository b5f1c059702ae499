import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Call } from '../../../src/store/backend/backend.ts';
import { RevocationMarkReads } from '../../../src/store/requests/revocation-mark-reads.ts';

const reading = (at: number) => ({
  mark: { epoch: 'g', at, except: undefined },
  earliest: at,
  latest: at,
});
const newCall = (): Call => ({ signal: new AbortController().signal });

/** Revocation marks that have the number of the request as their time, and what each request asked for. */
function counted(delayMS = 0) {
  const asked: { tags: readonly string[]; call: Call }[] = [];
  const marks = new RevocationMarkReads(async (tags, call) => {
    const count = asked.push({ tags, call });
    await setTimeout(delayMS);
    if (tags.includes('lost')) throw new Error('The connection is lost.');
    const found = tags.filter(tag => tag !== 'left out');
    return new Map(
      found.map(tag => [tag, tag === 'foreign' ? new Error('Not a revocation mark.') : reading(count)]),
    );
  });
  return { asked, marks };
}

test('The revocation marks of one turn are one request, which has each tag once.', async () => {
  const { asked, marks } = counted();
  const call = newCall();
  const found = await Promise.all(['a', 'b', 'a'].map(tag => marks.one(tag, call)));
  expect(found).toEqual([reading(1), reading(1), reading(1)]);
  expect(asked.map(({ tags }) => tags)).toEqual([['a', 'b']]);
});

test('No read joins a request that was already sent: it sees every write that was acknowledged before its call.', async () => {
  const { asked, marks } = counted(20);
  const call = newCall();
  const early = marks.one('a', call);
  await setTimeout(5);
  const late = marks.one('a', call);
  expect([await early, await late]).toEqual([reading(1), reading(2)]);
  expect(asked).toHaveLength(2);
});

test("Only reads with the same signal go together: no read is ended by another read's deadline.", async () => {
  const { asked, marks } = counted();
  const [one, other] = [newCall(), newCall()];
  await Promise.all([marks.one('a', one), marks.one('b', other), marks.one('c', one)]);
  expect(asked.map(({ tags }) => tags)).toEqual([['a', 'c'], ['b']]);
  expect(asked.map(({ call }) => call.signal)).toEqual([one.signal, other.signal]);
});

test('One that cannot be read fails none of its neighbours, and a failed request fails all of its own.', async () => {
  const { marks } = counted();
  const [call, other] = [newCall(), newCall()];
  const tags = ['a', 'foreign', 'left out'].map(tag => marks.one(tag, call));
  const answers = await Promise.allSettled([...tags, marks.one('b', other), marks.one('lost', other)]);
  expect(answers.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
    'rejected',
  ]);
});
