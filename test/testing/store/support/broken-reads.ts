import type { Call, Reading, SessionBackend } from '../../../../src/store/index.ts';
import type { Broken } from './broken.ts';
import { wrapped } from './wrapped.ts';

/** With another time. */
async function readAt(
  inner: SessionBackend,
  keys: Parameters<SessionBackend['read']>[0],
  call: Call,
  time: (reading: Reading) => number,
) {
  const found = await inner.read(keys, call);
  return found.map(one => (one && 'record' in one ? { record: one.record, now: time(one) } : one));
}

export const brokenReads: readonly Broken[] = [
  {
    how: 'it gives what is over as if it were not',
    fails: [
      'A session is read until the last moment',
      'A session is read no longer than to its absolute end',
    ],
    make: inner =>
      wrapped(inner, {
        read: (keys, call) => readAt(inner, keys, call, ({ record }) => record.seenAt),
      }),
  },
  {
    how: 'it takes 1 ms from each session',
    fails: ['A session is read until the last moment'],
    make: inner =>
      wrapped(inner, {
        read: (keys, call) => readAt(inner, keys, call, ({ now }) => now + 1),
      }),
  },
  {
    how: 'its list misses what was written since it was made',
    fails: ['Random writes'],
    make: inner =>
      wrapped(inner, {
        async list(userKey, call) {
          const { headers, now } = await inner.list(userKey, call);
          return {
            headers: headers.filter(({ idleMS, createdAt, seenAt }) => idleMS > 0 && createdAt === seenAt),
            now,
          };
        },
      }),
  },
  {
    how: 'it answers each key once',
    fails: ['Reads are answered in the order'],
    make: inner =>
      wrapped(inner, {
        read: (keys, call) => inner.read([...new Map(keys.map(key => [key.hash, key])).values()], call),
      }),
  },
];
