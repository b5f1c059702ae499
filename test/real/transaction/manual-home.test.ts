import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';

const misuse = misusesIn(fileURLToPath(import.meta.url));

onEachDriver('a write that has lost its session, in two calls of one function at once', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  const place = async (_id: string) => {
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id }, { session });
    await sleep(2);
    await items.insertOne({ _id: `${_id} lost` }); // misuse: after a wait
    await session.commitTransaction();
    await session.endSession();
  };
  await Promise.all([place('a'), place('b')]);
  expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'after a wait')]);
});

onEachDriver(
  'a write without the session right after the start, before anything is awaited',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    const place = async (_id: string) => {
      const session = client.startSession();
      session.startTransaction();
      await items.insertOne({ _id: `${_id} lost` }); // misuse: at once
      await items.insertOne({ _id }, { session });
      await session.commitTransaction();
      await session.endSession();
    };
    await Promise.all([place('a'), place('b')]);
    expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'at once')]);
  },
);

onEachDriver(
  'the function waits before it starts the transaction, and calls another that forgets it',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    const log = (_id: string) => items.insertOne({ _id }); // misuse: in a function that is called
    const place = async (_id: string) => {
      await sleep(1);
      const session = client.startSession();
      session.startTransaction();
      await items.insertOne({ _id }, { session });
      await log(`${_id} lost`);
      await session.commitTransaction();
      await session.endSession();
    };
    await place('a');
    expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'in a function that is called')]);
  },
);
