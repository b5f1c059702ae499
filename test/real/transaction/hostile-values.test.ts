import { once } from 'node:events';
import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver) => fixtureOn(driver, { uri: uri() });

function withThrowingGetter(property: string): Error {
  return Object.defineProperty(new Error('mine'), property, {
    get() {
      throw new Error('a getter that throws');
    },
  });
}

onEachDriver('the caller gets exactly the value that the callback throws', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const thrown = [
    undefined,
    null,
    'text',
    Object.freeze(new Error('frozen')),
    ...['name', 'code', 'errorLabels', 'hasErrorLabel'].map(withThrowingGetter),
  ];
  for (const value of thrown) {
    let caught: unknown = 'nothing';
    try {
      await manager.withTxn(async session => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        throw value;
      });
    } catch (error) {
      caught = error;
    }
    expect(Object.is(caught, value)).toBe(true);
  }
  expect(await guarded.ids()).toEqual([]);
  expect(findings).toEqual([]);
});

const circular: Record<string, unknown> = { _id: 'circular' };
circular['self'] = circular;

onEachDriver(
  'an error that did the transaction no harm does not stand in for a transient one',
  async driver => {
    for (const failing of ['update', 'commitTransaction']) {
      const { manager, guarded, findings, admin, appName } = await fixture(driver);
      const { items } = guarded;
      let attempts = 0;
      await failCommand(
        admin,
        appName,
        { times: 1 },
        {
          failCommands: [failing],
          errorCode: 251,
          errorLabels: ['TransientTransactionError'],
        },
      );
      await manager.withTxn(async session => {
        attempts += 1;
        await items.insertOne({ _id: `${failing}-${attempts}` }, { session });
        await failureOf(items.listIndexes({ session }).toArray());
        await items.findOne({}, { session });
        await failureOf(items.insertOne(circular as never, { session }));
        await items.updateOne({ _id: `${failing}-${attempts}` }, { $set: { n: 1 } }, { session });
      });
      expect(attempts).toBe(2);
      expect(await guarded.ids()).toEqual([`${failing}-2`]);
      expect(findings).toEqual([]);
    }
  },
);

onEachDriver('a stopped `withTxn` leaves the session that it was given ready for the next', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const session = guarded.client.startSession();
  const stop = new AbortController();
  const inserted = gate();
  const call = manager.withTxn(
    async (own, { signal }) => {
      await guarded.items.insertOne({ _id: 'a' }, { session: own });
      inserted.open();
      await once(signal, 'abort');
      signal.throwIfAborted();
    },
    { session, signal: stop.signal },
  );
  await inserted.opened;
  const reason = new Error('gone');
  stop.abort(reason);
  expect(await failureOf(call)).toBe(reason);
  await manager.withTxn(async own => guarded.items.insertOne({ _id: 'b' }, { session: own }), { session });
  await session.endSession();
  expect(await guarded.ids()).toEqual(['b']);
  expect(findings).toEqual([]);
});
