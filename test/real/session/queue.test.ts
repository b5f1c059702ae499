import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { withFullPool } from '../support/full-pool.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, outcomeOf } from '../support/outcome.ts';
import type { Item } from '../support/side.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { raceCount } from '../../support/race-count.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

const misuse = misusesIn(import.meta.filename);
const five = ['a', 'b', 'c', 'd', 'e'];

onEachDriver('five first operations at once are all written, many times', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const races = raceCount();
  for (let run = 0; run < races; run += 1) {
    await manager.withTxn(
      session => Promise.all(five.map(id => guarded.items.insertOne({ _id: `${run} ${id}` }, { session }))), // misuse: five
    );
  }
  expect(await guarded.ids()).toHaveLength(5 * races);
  expect(foundIn(findings)).toEqual([misuse('parallel-in-transaction', 'five')]);
  expect(findings[0]?.count).toBe(4 * races);
});

onEachDriver(
  'operations of a transaction are sent one after the other, in the order of their calls',
  async driver => {
    const { guarded, manager, admin, appName } = await fixture(driver);
    const slow = { failCommands: ['insert'], blockConnection: true, blockTimeMS: 30 };
    await failCommand(admin, appName, 'alwaysOn', slow);
    let open = 0;
    let most = 0;
    guarded.client.on('commandStarted', () => (most = Math.max(most, (open += 1))));
    guarded.client.on('commandSucceeded', () => (open -= 1));
    await manager.withTxn(session =>
      Promise.all(five.map(_id => guarded.items.insertOne({ _id }, { session }))),
    );
    expect(most).toBe(1);
    const inserts = guarded.sent.filter(({ name }) => name === 'insert');
    expect(inserts.map(({ command }) => command['documents'][0])).toEqual(five.map(_id => ({ _id })));
  },
);

onEachDriver('a mixture of all kinds of operations at once is safe', async driver => {
  const { guarded, manager } = await fixture(driver);
  const { items } = guarded;
  await items.insertMany(five.map(_id => ({ _id, n: 0 })));
  const work = (session: ClientSession, run: number): Promise<unknown>[] => [
    items.insertMany([{ _id: `x${run}` }, { _id: `y${run}` }], { session }),
    items.bulkWrite([{ updateOne: { filter: { _id: 'a' }, update: { $inc: { n: 1 } } } }], { session }),
    items.find({}, { session, batchSize: 2 }).toArray(),
    items.countDocuments({}, { session }),
    items.findOneAndUpdate({ _id: 'b' }, { $inc: { n: 1 } }, { session }),
    items.aggregate([{ $group: { _id: null } }], { session }).toArray(),
    items.distinct('n', {}, { session }),
    items.deleteOne({ _id: `z${run}` }, { session }),
    items
      .initializeOrderedBulkOp({ session })
      .insert({ _id: `o${run}` })
      .execute({ session }),
  ];
  for (let run = 0; run < 30; run += 1) await manager.withTxn(session => Promise.all(work(session, run)));
  expect(await items.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 30 });
  expect(await items.findOne({ _id: 'b' })).toEqual({ _id: 'b', n: 30 });
  expect(await guarded.ids()).toHaveLength(5 + 90);
});

onEachDriver(
  'what waits in the queue when the first operation fails is rejected, and the next attempt is its own',
  async driver => {
    const { guarded, manager } = await fixture(driver);
    await guarded.items.insertOne({ _id: 'c' });
    const failure = await failureOf(
      manager.withTxn(session =>
        Promise.all(['c', 'd', 'e'].map(_id => guarded.items.insertOne({ _id }, { session }))),
      ),
    );
    expect(failure).toMatchObject({ code: 11000 });
    expect(await guarded.ids()).toEqual(['c']);
  },
);

onEachDriver('the queue goes on after every kind of failure', async driver => {
  const { guarded, manager } = await fixture(driver);
  const { items } = guarded;
  const outcomes = await manager
    .withTxn(session =>
      Promise.all([
        outcomeOf(items.find({ $unknown: 1 } as Partial<Item>, { session }).toArray()),
        outcomeOf(items.insertOne(undefined as unknown as Item, { session })),
        outcomeOf(guarded.client.db('test').command({ noSuchCommand: 1 }, { session })),
        outcomeOf(items.insertMany([], { session })),
      ]),
    )
    .catch((error: unknown) => error);
  expect(outcomes).toBeDefined();
  await manager.withTxn(session => items.insertOne({ _id: 'a' }, { session }));
  expect(await guarded.ids()).toEqual(['a']);
});

onEachDriver('operations without a transaction are not queued', async driver => {
  const { guarded, manager, admin, appName, findings } = await fixture(driver, {
    client: { minPoolSize: five.length },
  });
  await withFullPool(guarded.client, five.length);
  const slow = { failCommands: ['find'], blockConnection: true, blockTimeMS: 100 };
  await failCommand(admin, appName, 'alwaysOn', slow);
  let open = 0;
  let most = 0;
  guarded.client.on('commandStarted', () => (most = Math.max(most, (open += 1))));
  guarded.client.on('commandSucceeded', () => (open -= 1));
  await manager.withSession(session =>
    Promise.all(five.map(_id => guarded.items.findOne({ _id }, { session }))),
  );
  expect(most).toBeGreaterThan(1);
  expect(findings).toEqual([]);
});

onEachDriver('two transactions do not wait for each other', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const seen: string[] = [];
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'outer' }, { session });
    await manager.withTxn(own => guarded.items.insertOne({ _id: 'inner' }, { session: own }), {
      nested: 'new',
    });
    seen.push(...(await guarded.ids()));
  });
  expect(seen).toEqual(['inner']);
  expect(await guarded.ids()).toEqual(['inner', 'outer']);
  expect(findings).toEqual([]);
});
