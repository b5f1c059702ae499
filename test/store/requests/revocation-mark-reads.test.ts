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
  const asked: { userKeys: readonly string[]; call: Call }[] = [];
  const marks = new RevocationMarkReads(async (userKeys, call) => {
    const count = asked.push({ userKeys, call });
    await setTimeout(delayMS);
    if (userKeys.includes('lost')) throw new Error('The connection is lost.');
    const found = userKeys.filter(userKey => userKey !== 'left out');
    return new Map(
      found.map(userKey => [
        userKey,
        userKey === 'foreign' ? new Error('Not a revocation mark.') : reading(count),
      ]),
    );
  });
  return { asked, marks };
}

test('The revocation marks of one turn are one request, which has each user key once.', async () => {
  const { asked, marks } = counted();
  const call = newCall();
  const found = await Promise.all(['a', 'b', 'a'].map(userKey => marks.one(userKey, call)));
  expect(found).toEqual([reading(1), reading(1), reading(1)]);
  expect(asked.map(({ userKeys }) => userKeys)).toEqual([['a', 'b']]);
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
  expect(asked.map(({ userKeys }) => userKeys)).toEqual([['a', 'c'], ['b']]);
  expect(asked.map(({ call }) => call.signal)).toEqual([one.signal, other.signal]);
});

test('One that cannot be read fails none of its neighbours, and a failed request fails all of its own.', async () => {
  const { marks } = counted();
  const [call, other] = [newCall(), newCall()];
  const userKeys = ['a', 'foreign', 'left out'].map(userKey => marks.one(userKey, call));
  const answers = await Promise.allSettled([...userKeys, marks.one('b', other), marks.one('lost', other)]);
  expect(answers.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
    'rejected',
  ]);
});
