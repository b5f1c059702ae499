import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { outcomeOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);
const guard = { rules: { 'unneeded-session': 'warn' } } as const;

onEachDriver('a session that served one operation is reported where it was started', async driver => {
  const { guarded, manager, findings } = await fixture(driver, { guard });
  const { client, items } = guarded;
  const session = client.startSession(); // misuse: one read
  await items.findOne({}, { session });
  await session.endSession();
  await manager.withSession(own => items.insertMany([{ _id: 'a' }, { _id: 'b' }], { session: own })); // misuse: one bulk
  expect(foundIn(findings)).toEqual([
    misuse('unneeded-session', 'one read'),
    misuse('unneeded-session', 'one bulk'),
  ]);
});

onEachDriver('it is off in the preset `recommended`', async driver => {
  const { guarded, findings } = await fixture(driver);
  await guarded.client.withSession(session => guarded.items.findOne({}, { session }));
  expect(findings).toEqual([]);
});

onEachDriver('a session with another finding has that one only', async driver => {
  const { guarded, findings } = await fixture(driver, { guard });
  const session = guarded.client.startSession();
  const late = outcomeOf(guarded.items.insertOne({ _id: 'a' }, { session })); // misuse: not awaited
  await session.endSession();
  await late;
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'not awaited')]);
});

type Program = (fixture: Fixture) => Promise<unknown>;

// They look like it, and are right.
const correct: Readonly<Record<string, Program>> = {
  'a transaction of one operation': async ({ guarded: { items }, manager }) => {
    await manager.withTxn(session => items.insertOne({ _id: 'a' }, { session }));
  },
  'a snapshot read': async ({ guarded: { client, items } }) => {
    await client.withSession({ snapshot: true }, session => items.findOne({}, { session }));
  },
  'a read after what another session has written': async ({ guarded: { client, items } }) => {
    const writer = client.startSession();
    await items.insertOne({ _id: 'a' }, { session: writer });
    await items.insertOne({ _id: 'b' }, { session: writer });
    const { clusterTime, operationTime } = writer;
    await writer.endSession();
    await client.withSession(async session => {
      if (clusterTime !== undefined) session.advanceClusterTime(clusterTime);
      if (operationTime !== undefined) session.advanceOperationTime(operationTime);
      expect(await items.findOne({ _id: 'a' }, { session })).toEqual({ _id: 'a' });
    });
  },
  'a read and a write': async ({ guarded: { client, items } }) => {
    await client.withSession(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await items.findOne({}, { session });
    });
  },
  'a cursor of several batches': async ({ guarded: { client, items } }) => {
    await items.insertMany(['a', 'b', 'c'].map(_id => ({ _id })));
    await client.withSession(session => items.find({}, { session, batchSize: 1 }).toArray());
  },
  'a session that was not used': async ({ guarded: { client } }) => {
    await client.withSession(async () => {});
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(correct))('%s', async (_title, program) => {
    const prepared = await fixture(driver, { guard });
    await program(prepared);
    expect(prepared.findings).toEqual([]);
  });
});
