import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, messageOf } from '../support/outcome.ts';
import type { Side } from '../support/side.ts';

const misuse = misusesIn(import.meta.filename);

type Use = (side: Side, session: ClientSession) => Promise<unknown>;

const uses: Readonly<Record<string, Use>> = {
  insertOne: ({ items }, session) => items.insertOne({ _id: 'a' }, { session }),
  insertMany: ({ items }, session) => items.insertMany([{ _id: 'a' }], { session }),
  updateOne: ({ items }, session) => items.updateOne({}, { $set: { n: 1 } }, { session }),
  findOneAndUpdate: ({ items }, session) => items.findOneAndUpdate({}, { $set: { n: 1 } }, { session }),
  deleteMany: ({ items }, session) => items.deleteMany({}, { session }),
  findOne: ({ items }, session) => items.findOne({}, { session }),
  'find toArray': ({ items }, session) => items.find({}, { session }).toArray(),
  'find hasNext': ({ items }, session) => items.find({}, { session }).hasNext(),
  'aggregate toArray': ({ items }, session) => items.aggregate([], { session }).toArray(),
  countDocuments: ({ items }, session) => items.countDocuments({}, { session }),
  distinct: ({ items }, session) => items.distinct('n', {}, { session }),
  createIndex: ({ items }, session) => items.createIndex({ n: 1 }, { session }),
  indexes: ({ items }, session) => items.indexes({ session }),
  bulkWrite: ({ items }, session) => items.bulkWrite([{ deleteOne: { filter: {} } }], { session }),
  command: ({ client }, session) => client.db('test').command({ ping: 1 }, { session }),
  listCollections: ({ client }, session) => client.db('test').listCollections({}, { session }).toArray(),
  withTransaction: ({ items }, session) =>
    session.withTransaction(() => items.insertOne({ _id: 'a' }, { session })),
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(uses))(
    '%s on an ended session is refused, sends nothing and is reported once',
    async (_name, use) => {
      const { guarded, findings } = await fixture(driver);
      await guarded.client.connect();
      const session = guarded.client.startSession();
      await session.endSession();
      const error = await failureOf(use(guarded, session));
      expect(error).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
      expect(error).toBeInstanceOf(driver.lib.MongoError);
      expect(error).toMatchObject({ code: 'ERR_SESSION_GUARD_EXPIRED_SESSION', rule: 'use-after-end' });
      expect(guarded.sent).toEqual([]);
      expect(findings.map(({ rule, place }) => [rule, place?.file])).toEqual([
        ['use-after-end', import.meta.filename],
      ]);
    },
  );
});

onEachDriver(
  'the error names the lines of start, end and use, in its message and as properties',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const session = guarded.client.startSession(); // misuse: started
    await session.endSession(); // misuse: ended
    const error = await failureOf(guarded.items.insertOne({ _id: 'a' }, { session })); // misuse: used
    const at = (name: string) => `${import.meta.filename}:${misuse('', name).line}:`;
    const places = { startedAt: at('started'), endedAt: at('ended'), usedAt: at('used') };
    for (const [property, place] of Object.entries(places)) {
      expect(error).toHaveProperty(property, expect.stringContaining(place));
      expect(messageOf(error)).toContain(place);
    }
    const [finding] = findings;
    expect(finding?.startedAt?.line).toBe(misuse('', 'started').line);
    expect(finding?.endedAt?.line).toBe(misuse('', 'ended').line);
  },
);

onEachDriver(
  "the error of one copy of the driver is not an instance of the other copy's class",
  async driver => {
    const { guarded } = await fixture(driver);
    const other = drivers.find(({ name }) => name !== driver.name);
    const session = guarded.client.startSession();
    await session.endSession();
    const error = await failureOf(guarded.items.insertOne({ _id: 'a' }, { session }));
    expect(error).not.toBeInstanceOf(other?.lib.MongoExpiredSessionError);
  },
);

onEachDriver('a timer in the callback that outlives it is refused', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const ended = gate();
  let late: Promise<unknown> | undefined;
  await manager.withSession(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    const timer = ended.opened.then(() => sleep(1));
    late = timer.then(() => failureOf(guarded.items.insertOne({ _id: 'b' }, { session }))); // misuse: timer
  });
  ended.open();
  expect(await late).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
  expect(await guarded.ids()).toEqual(['a']);
  expect(foundIn(findings)).toEqual([misuse('use-after-end', 'timer')]);
});

onEachDriver('a query built before the end and run after it is refused', async driver => {
  const { guarded, findings } = await fixture(driver);
  await guarded.items.insertOne({ _id: 'a' });
  const session = guarded.client.startSession();
  const query = guarded.items.find({}, { session });
  await session.endSession();
  expect(await failureOf(query.toArray())).toBeInstanceOf(driver.lib.MongoExpiredSessionError); // misuse: built before
  expect(foundIn(findings)).toEqual([misuse('use-after-end', 'built before')]);
});

onEachDriver('a bulk builder made before the end and executed after it is refused', async driver => {
  const { guarded, findings } = await fixture(driver);
  await guarded.client.connect();
  const session = guarded.client.startSession();
  const bulk = guarded.items.initializeUnorderedBulkOp({ session }).insert({ _id: 'a' });
  await session.endSession();
  expect(await failureOf(bulk.execute())).toBeDefined(); // misuse: builder
  expect(foundIn(findings)).toEqual([misuse('use-after-end', 'builder')]);
});

onEachDriver('a place is reported once and then counted', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const session = guarded.client.startSession();
  await session.endSession();
  for (let run = 0; run < 5; run += 1) {
    expect(await failureOf(guarded.items.findOne({}, { session }))).toBeDefined(); // misuse: repeated
  }
  expect(foundIn(findings)).toEqual([misuse('use-after-end', 'repeated')]);
  expect(findings[0]?.count).toBe(5);
  expect(manager.stats().findings).toEqual({ 'use-after-end': 5 });
});
