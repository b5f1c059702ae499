import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { allow, outsideTxn } from '../../../src/index.ts';
import { fixture } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf } from '../support/outcome.ts';

// What is around a new scope is shortened. Code that runs in the scopes between must not notice.

onEachDriver(
  'what is meant to be outside stays outside, after a helper that is outside, too',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const audit = () =>
      outsideTxn(() => manager.withSession(session => guarded.items.findOne({}, { session })));
    const rollBack = new Error('roll back');
    const failure = await failureOf(
      manager.withTxn(
        async () => {
          await outsideTxn(() =>
            allow('long-transaction', 'the audit is slow', async () => {
              await audit();
              await guarded.items.insertOne({ _id: 'must stay' });
            }),
          );
          throw rollBack;
        },
        { inject: true },
      ),
    );
    expect(failure).toBe(rollBack);
    expect(await guarded.ids()).toEqual(['must stay']);
    expect(findings).toEqual([]);
  },
);

onEachDriver('the callback of a stopped call writes nothing, also in a scope of its own', async driver => {
  const { guarded, manager } = await fixture(driver);
  const stop = new AbortController();
  const isStopped = gate();
  let late: Promise<unknown> | undefined;
  let given: ClientSession | undefined;
  const work = async () => {
    stop.abort(new Error('the client has hung up'));
    await isStopped.opened;
    outsideTxn(() => undefined);
    await guarded.items.insertOne({ _id: 'late' });
  };
  const call = manager.withTxn(
    async session => {
      given = session;
      await guarded.items.insertOne({ _id: 'rolled back' }, { session });
      late = failureOf(allow('shared-session', 'the call is stopped meanwhile', work));
      await late;
    },
    { inject: true, signal: stop.signal },
  );
  expect(await failureOf(call)).toBe(stop.signal.reason);
  await expect.poll(() => given?.hasEnded).toBe(true);
  isStopped.open();
  expect(codeOf(await late)).toBe('ERR_SESSION_GUARD_ATTEMPT_OVER');
  expect(await guarded.ids()).toEqual([]);
});

onEachDriver(
  'a call whose transaction is over is not taken for another call of the same function',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const order = async (ms: number, then: () => Promise<void>) => {
      const session = guarded.client.startSession();
      session.startTransaction();
      await guarded.items.insertOne({ _id: `${ms} ms` }, { session });
      await sleep(ms);
      await session.commitTransaction();
      await session.endSession();
      await then();
    };
    const log = () =>
      allow('shared-session', 'the log has no session', async () => {
        await outsideTxn(() => guarded.items.findOne({}));
        await guarded.items.insertOne({ _id: 'log' });
      });
    await Promise.all([order(400, async () => {}), order(10, log)]);
    expect(findings).toEqual([]);
  },
);
