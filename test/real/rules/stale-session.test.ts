import { describe, expect, test } from 'vitest';
import { keep } from '../../../src/index.ts';
import { drivers } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { passSeconds } from '../support/set-clock.ts';

const misuse = misusesIn(import.meta.filename);
const minutes = (count: number) => passSeconds(count * 60);

onEachDriver('a session that is used after 45 idle minutes is reported', async driver => {
  const { guarded, findings } = await fixture(driver);
  const session = keep(guarded.client.startSession());
  await guarded.items.insertOne({ _id: 'a' }, { session });
  minutes(45);
  await guarded.items.findOne({}, { session }); // misuse: stale
  await guarded.items.findOne({}, { session });
  await session.endSession();
  expect(foundIn(findings)).toEqual([misuse('stale-session', 'stale')]);
  expect(findings[0]?.data).toMatchObject({ minutes: 45, limit: 30 });
});

onEachDriver('so is a transaction that is started after that time', async driver => {
  const { guarded, findings } = await fixture(driver);
  const session = keep(guarded.client.startSession());
  await guarded.items.insertOne({ _id: 'a' }, { session });
  minutes(45);
  session.startTransaction(); // misuse: stale start
  await guarded.items.insertOne({ _id: 'b' }, { session });
  await session.commitTransaction();
  await session.endSession();
  expect(foundIn(findings)).toEqual([misuse('stale-session', 'stale start')]);
});

type Program = (fixture: Fixture) => Promise<unknown>;

// They look like it, and are right.
const correct: Readonly<Record<string, Program>> = {
  'a session that is used every 20 minutes': async ({ guarded: { client, items } }) => {
    const session = keep(client.startSession());
    for (let n = 0; n < 4; n += 1) {
      await items.findOne({}, { session });
      minutes(20);
    }
    await session.endSession();
  },
  'a client that is idle for hours, with a session for each use': async ({ guarded: { client, items } }) => {
    await client.withSession(session => items.findOne({}, { session }));
    minutes(300);
    await client.withSession(session => items.findOne({}, { session }));
  },
  'a session that is only ended late': async ({ guarded: { client, items } }) => {
    const session = keep(client.startSession());
    await items.findOne({}, { session });
    minutes(300);
    await session.endSession();
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(correct))('%s', async (_title, program) => {
    const prepared = await fixture(driver);
    await program(prepared);
    expect(prepared.findings).toEqual([]);
  });
});
