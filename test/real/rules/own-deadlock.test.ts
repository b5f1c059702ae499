import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);

onEachDriver('a document that a transaction around it holds is a deadlock of its own', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  await items.insertOne({ _id: 'hot', n: 0 });
  let attempts = 0;
  const inner = () =>
    client.withSession(session =>
      session.withTransaction(async () => {
        attempts += 1;
        if (attempts === 7) return;
        await items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }); // misuse: inside
      }),
    );
  await client.withSession(session =>
    session.withTransaction(async () => {
      await items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
      await inner();
    }),
  );
  expect(foundIn(findings.filter(({ messageId }) => messageId !== 'committed'))).toEqual([
    misuse('nested-transaction', 'inside'),
  ]);
  expect(findings[0]).toMatchObject({ messageId: 'deadlock', started: 'transaction' });
});

onEachDriver('so is one that a manual transaction of the same function holds', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  await items.insertOne({ _id: 'hot', n: 0 });
  const outer = client.startSession();
  outer.startTransaction();
  await items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session: outer });
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const session = client.startSession();
    session.startTransaction();
    const update = items.findOneAndUpdate({ _id: 'hot' }, { $inc: { n: 1 } }, { session }); // misuse: by hand inside
    expect(await failureOf(update)).toBeDefined();
    await session.abortTransaction();
    await session.endSession();
  }
  await outer.commitTransaction();
  await outer.endSession();
  expect(foundIn(findings)).toEqual([misuse('nested-transaction', 'by hand inside')]);
});
