import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { trackWork } from '../../../src/index.ts';
import { drivers } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { type Fixture, fixture } from '../support/fixture.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const ours = new URL('../../../src/', import.meta.url).pathname;

/** Node's own default. */
const limit = 10;

/** The driver refuses each in the same tick, while our frames are on the stack. */
const refused: Readonly<Record<string, (f: Fixture) => Promise<() => Promise<unknown>>>> = {
  async 'an ended session'({ guarded: { client, items } }) {
    const session = client.startSession();
    await session.endSession();
    return () => items.insertOne({ _id: 'a' }, { session });
  },
  async 'a closed client'({ guarded: { client, items } }) {
    await client.close();
    return () => items.insertOne({ _id: 'a' });
  },
  async 'a session of a closed client'({ guarded: { client, items } }) {
    await client.close();
    const session = client.startSession();
    return () => items.insertOne({ _id: 'a' }, { session });
  },
  async 'the session of another client'({ guarded: { items }, plain: { client } }) {
    const session = client.startSession();
    return () => items.insertOne({ _id: 'a' }, { session });
  },
  async 'a read from a secondary in a transaction'({ guarded: { client, items } }) {
    const session = client.startSession();
    session.startTransaction();
    return () => items.distinct('_id', {}, { session, readPreference: 'secondary' });
  },
  async 'a transaction runner on a session in a transaction'({ guarded: { client } }) {
    const session = client.startSession();
    session.startTransaction();
    return () => session.withTransaction(async () => undefined);
  },
};

function deep<T>(times: number, call: () => T): T {
  return times === 0 ? call() : deep(times - 1, call);
}

/** As `session-guard/otel` does it. */
function follow(): void {
  onTestFinished(trackWork({ operation: () => ({ run: send => send(), ended: () => undefined }) }));
}

async function stackOf(call: () => Promise<unknown>): Promise<string[]> {
  const before = Error.stackTraceLimit;
  onTestFinished(() => {
    Error.stackTraceLimit = before;
  });
  Error.stackTraceLimit = limit;
  const error = await failureOf(deep(2 * limit, call));
  return framesOf(error);
}

function framesOf(error: unknown): string[] {
  if (!(error instanceof Error)) throw new Error('nothing has failed');
  return (error.stack ?? '').split('\n').filter(line => /^ +at /.test(line));
}

describe.each([
  ['observed', false, false],
  ['protected', true, false],
  ['observed and followed', false, true],
  ['protected and followed', true, true],
])('%s', (_mode, protect, isFollowed) => {
  describe.each(drivers)('$name', driver => {
    test.each(Object.entries(refused))(
      '%s: the stack has as many frames as without the guard',
      async (_, prepare) => {
        const f = await fixture(driver, { uri: uri(), guard: { protect } });
        await f.guarded.client.connect();
        const call = await prepare(f);
        if (isFollowed) follow();
        const frames = await stackOf(call);
        expect(frames.filter(line => line.includes(ours))).toEqual([]);
        expect(frames).toHaveLength(limit);
        expect(frames.at(-1)).toContain('deep');
      },
    );

    test('an operation in flight when its client is closed: no frame of ours, and not more than without the guard', async () => {
      const f = await fixture(driver, { uri: uri(), guard: { protect, closeGraceMS: 1 } });
      const { client, items, sent } = f.guarded;
      await client.connect();
      const slow = { failCommands: ['find'], blockConnection: true, blockTimeMS: 500 };
      const off = await failCommand(f.admin, f.appName, 'alwaysOn', slow);
      if (isFollowed) follow();
      const read = failureOf(items.findOne());
      while (sent.at(-1)?.name !== 'find') await sleep(1);
      await deep(2 * limit, () => client.close());
      await off();
      const frames = framesOf(await read);
      expect(frames.filter(line => line.includes(ours))).toEqual([]);
      expect(frames.length).toBeLessThanOrEqual(limit);
    });
  });
});
