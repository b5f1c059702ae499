import { expect } from 'vitest';
import { scope } from '../../../src/index.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import type { Side } from '../support/side.ts';

const misuse = misusesIn(import.meta.filename);

async function twoRequests({ client, items }: Side) {
  const session = client.startSession();
  const started = gate();
  const inserted = gate();
  const requestA = scope(async () => {
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    started.open();
    await inserted.opened;
    await session.abortTransaction();
  });
  const requestB = scope(async () => {
    await started.opened;
    const { acknowledged } = await items.insertOne({ _id: 'b' }, { session }); // misuse: other request
    inserted.open();
    return acknowledged;
  });
  const [, acknowledged] = await Promise.all([requestA, requestB]);
  await session.endSession();
  return acknowledged;
}

onEachDriver(
  "a session shared by two requests loses the other's acknowledged insert, and with us is reported",
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    expect(await twoRequests(plain)).toBe(true);
    expect(await plain.ids()).toEqual([]);

    await twoRequests(guarded);
    expect(foundIn(findings)).toEqual([misuse('shared-session', 'other request')]);
  },
);

onEachDriver(
  'a transaction that is started while another request has one on the session is reported once',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    const session = client.startSession();
    const started = gate();
    const refused = gate();
    const requestA = scope(async () => {
      session.startTransaction();
      await items.insertOne({ _id: 'a' }, { session });
      started.open();
      await refused.opened;
      await session.commitTransaction();
    });
    const requestB = scope(async () => {
      await started.opened;
      expect(() => session.startTransaction()).toThrow(); // misuse: second start
      refused.open();
    });
    await Promise.all([requestA, requestB]);
    await session.endSession();
    expect(foundIn(findings)).toEqual([misuse('shared-session', 'second start')]);
    expect(await guarded.ids()).toEqual(['a']);
  },
);
