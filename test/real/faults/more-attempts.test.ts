import { expect } from 'vitest';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import type { Driver } from '../support/drivers.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

const cut = (command: string) => ({ failCommands: [command], closeConnection: true });

/** `maxAttempts` of an operation is a question of the loop of driver 7.8. */
const asks = ({ name }: Driver) => name === 'driver 7';

onEachDriver(
  'a write outside a transaction is sent up to four times with one transaction number, where the driver asks how often',
  async driver => {
    const { guarded, plain, admin, appName } = await fixture(driver);
    for (const { items, sent } of [guarded, plain]) {
      await failCommand(admin, appName, { times: 3 }, cut('insert'));
      const failure = await failureOf(items.insertOne({ _id: 'a' }));
      const inserts = sent.filter(({ name }) => name === 'insert');
      const isMore = items === guarded.items && asks(driver);
      expect(inserts).toHaveLength(isMore ? 4 : 2);
      expect(new Set(inserts.map(({ lsid, command }) => `${lsid} ${command['txnNumber']}`)).size).toBe(1);
      expect(failure === undefined).toBe(isMore);
    }
    expect(await guarded.ids()).toEqual(asks(driver) ? ['a'] : []);
  },
);

onEachDriver('a read is sent up to four times, where the driver asks how often', async driver => {
  const { guarded, admin, appName } = await fixture(driver);
  await failCommand(admin, appName, { times: 3 }, cut('find'));
  const failure = await failureOf(guarded.items.findOne());
  expect(failure === undefined).toBe(asks(driver));
});

onEachDriver(
  '`retryWrites: false`, `retryReads: false` and `protect: false` stay as they are',
  async driver => {
    const settings: readonly FixtureOptions[] = [
      { client: { retryWrites: false, retryReads: false } },
      { guard: { protect: false }, client: { retryReads: false } },
    ];
    for (const options of settings) {
      const { guarded, admin, appName } = await fixture(driver, options);
      const times = (name: string) => guarded.sent.filter(sent => sent.name === name).length;
      await failCommand(admin, appName, { times: 3 }, cut('find'));
      expect(await failureOf(guarded.items.findOne())).toBeInstanceOf(Error);
      expect(times('find')).toBe(1);
      await failCommand(admin, appName, { times: 3 }, cut('insert'));
      expect(await failureOf(guarded.items.insertOne({ _id: 'a' }))).toBeInstanceOf(Error);
      expect(times('insert')).toBe(options.guard === undefined ? 1 : 2);
    }
  },
);

onEachDriver('an operation of a transaction is sent once, and the callback runs again', async driver => {
  const { manager, guarded, admin, appName } = await fixture(driver);
  await failCommand(admin, appName, { times: 3 }, cut('insert'));
  let attempts = 0;
  await manager.withTxn(async session => {
    attempts += 1;
    await guarded.items.insertOne({ _id: 'a' }, { session });
  });
  expect(attempts).toBe(4);
  const inserts = guarded.sent.filter(({ name }) => name === 'insert');
  expect(inserts.map(({ command }) => Number(command['txnNumber']))).toEqual([1, 2, 3, 4]);
});
