import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect, test } from 'vitest';
import { allow, keep, outsideTxn, scope } from '../../../src/index.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, type Outcome, outcomeOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);

onEachDriver(
  '`allow` silences one rule in its function, and does not switch protection off',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    let late: Promise<Outcome<unknown>> | undefined;
    await allow('unawaited-operation', 'a test of allow', () =>
      manager.withTxn(async session => {
        late = outcomeOf(guarded.items.insertOne({ _id: 'a' }, { session }));
      }),
    );
    expect((await late)?.error).toBeUndefined();
    expect(await guarded.ids()).toEqual(['a']);
    expect(findings).toEqual([]);
  },
);

onEachDriver('`allow` leaves other rules and other places alone', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const session = manager.startSession();
  await session.endSession();
  const use = () => failureOf(guarded.items.findOne({}, { session })); // misuse: other rule
  await allow('open-cursor', 'another rule', use);
  expect(foundIn(findings)).toEqual([misuse('use-after-end', 'other rule')]);
});

onEachDriver('a comment with a reason silences its line; without a reason it does not', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const session = manager.startSession();
  await session.endSession();
  // session-guard-allow use-after-end -- a test of the comment
  await failureOf(guarded.items.findOne({}, { session }));
  // session-guard-allow use-after-end
  await failureOf(guarded.items.findOne({}, { session })); // misuse: no reason
  expect(foundIn(findings)).toEqual([misuse('use-after-end', 'no reason')]);
});

test('`allow` refuses an unknown rule, an empty reason, and a call without a reason', () => {
  expect(() => allow('use-after-ent' as never, 'why', () => undefined)).toThrow(/use-after-end/);
  expect(() => allow('use-after-end', ' ', () => undefined)).toThrow(/reason/);
  expect(() => Reflect.apply(allow, undefined, ['use-after-end', () => undefined])).toThrow(/reason/);
});

onEachDriver('`keep` marks a session as one that is meant to live long', async driver => {
  const rules = { 'session-leak': ['warn', { warnAfterMS: 50 }] } as const;
  const { manager, guarded, findings } = await fixture(driver, { guard: { rules } });
  const kept = keep(manager.startSession());
  const also = manager.startSession(); // misuse: not kept
  await guarded.items.findOne({}, { session: kept });
  await expect.poll(() => foundIn(findings)).toEqual([misuse('session-leak', 'not kept')]);
  await kept.endSession();
  await also.endSession();
  expect(findings.map(({ messageId }) => messageId)).toEqual(['idle', 'returned']);
  expect(() => keep({} as ClientSession)).toThrow(expect.objectContaining({ code: expect.any(String) }));
});

onEachDriver('`outsideTxn` ends at its function', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await outsideTxn(() => guarded.items.insertOne({ _id: 'meant' }));
    await guarded.items.insertOne({ _id: 'missed' }); // misuse: missed
  });
  expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'missed')]);
});

onEachDriver('a `withTxn` in `outsideTxn` is a transaction of its own', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const mine = new Error('mine');
  const call = manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await outsideTxn(() => manager.withTxn(own => guarded.items.insertOne({ _id: 'own' }, { session: own })));
    throw mine;
  });
  expect(await failureOf(call)).toBe(mine);
  expect(await guarded.ids()).toEqual(['own']);
  expect(findings).toEqual([]);
});

onEachDriver('a transaction by hand does not reach into requests that begin later', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  const session = client.startSession();
  session.startTransaction();
  await items.insertOne({ _id: 'a' }, { session });
  await scope(() => items.insertOne({ _id: 'request' }));
  await session.commitTransaction();
  await session.endSession();
  expect(findings).toEqual([]);
});

test('`scope` hands on the value and the error of its function', async () => {
  expect(await scope(() => 42)).toBe(42);
  const mine = new Error('mine');
  expect(await failureOf(scope(() => Promise.reject(mine)))).toBe(mine);
});

onEachDriver(
  'a session passed down a call chain within one request is not a shared session',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const step = (_id: string, session: ClientSession) => guarded.items.insertOne({ _id }, { session });
    await scope(() =>
      manager.withTxn(async session => {
        await step('a', session);
        await sleep(1);
        await step('b', session);
      }),
    );
    expect(findings).toEqual([]);
  },
);

onEachDriver('a session that was left over by its request is reported at the close', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  await scope(async () => {
    const session = manager.startSession(); // misuse: left over
    await guarded.items.findOne({}, { session });
  });
  await manager.close();
  expect(foundIn(findings)).toEqual([misuse('session-leak', 'left over')]);
});

onEachDriver(
  'a joined call and the `attempt` of its `txn` are those of the outer transaction',
  async driver => {
    const { manager, guarded } = await fixture(driver);
    const seen = await manager.withTxn(async (session, { attempt }) => {
      await guarded.items.findOne({}, { session });
      return manager.withTxn(async (_inner, inner) => [attempt, inner.attempt]);
    });
    expect(seen).toEqual([1, 1]);
  },
);
