import { describe, expect, test } from 'vitest';
import { drivers } from '../../real/support/drivers.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { faultyStore, type storeAt } from './support/faulty-store.ts';

const uri = ownReplicaSet();

/** What a write comes to that was done, whose answer was lost, and that was sent again. */
const sentAgain = [
  {
    what: 'a patch returns what it has written',
    run: ({ store, session }) => store.patch(session, { more: 2 }),
    expected: { data: { n: 1, more: 2 } },
  },
  {
    what: 'an update computes once',
    run: ({ store, session }) => store.update(session.id, ({ n }) => ({ n: Number(n) + 1 })),
    expected: { data: { n: 2 } },
  },
  {
    what: 'a rotation gives one new id',
    run: async ({ store, session }) => {
      await store.rotate(session);
      return store.list('user-1');
    },
    expected: [{}],
  },
  {
    what: 'an end says that the session was alive',
    run: async ({ store, session }) => [await store.destroy(session.id), await store.get(session.id)],
    expected: [true, null],
  },
  {
    what: 'an end by handle says that the session was alive',
    run: async ({ store, session }) => [
      await store.destroyByHandle('user-1', session.handle),
      await store.get(session.id),
    ],
    expected: [true, null],
  },
  {
    what: 'a log-out everywhere counts each session',
    run: async ({ store }) => {
      await store.create({}, { user: 'user-1' });
      return [await store.destroyAll('user-1')];
    },
    expected: [2],
  },
  {
    what: 'a read that moves the expiry finds the session',
    run: ({ refreshing, session }) => refreshing.get(session.id),
    expected: { data: { n: 1 } },
  },
] satisfies readonly {
  readonly what: string;
  readonly run: (ready: Awaited<ReturnType<typeof storeAt>>) => Promise<unknown>;
  readonly expected: object;
}[];

describe.each(drivers)('on $name, after a write that was done and had to be sent again', ({ lib }) => {
  test.each(sentAgain)('$what', async ({ run, expected }) => {
    const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
    const fault = {
      failCommands: ['update', 'findAndModify'],
      errorLabels: ['RetryableWriteError'],
      writeConcernError,
    };
    const ready = await faultyStore(uri(), { times: 1 }, fault, lib);
    expect(await run(ready)).toMatchObject(expected);
  });
});
