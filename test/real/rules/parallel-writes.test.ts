import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import type { Side } from '../support/side.ts';

const misuse = misusesIn(import.meta.filename);
const five = ['a', 'b', 'c', 'd', 'e'];

/** Without a transaction: the driver sends these under one transaction number. */
async function writesAtOnce({ client, items }: Side, run: string): Promise<void> {
  await client.withSession(async session => {
    const inserts = five.map(id => items.insertOne({ _id: `${run} ${id}` }, { session })); // misuse: at once
    await Promise.all(inserts);
  });
}

onEachDriver(
  'writes of one session at once are acknowledged and lost, and with us reported',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    // Which of them are lost is chance: it is tried until some are.
    let run = 0;
    let lost = 0;
    for (; run < 1000 && lost === 0; run += 1) {
      await writesAtOnce(plain, `${run}`);
      lost = (run + 1) * five.length - (await plain.ids()).length;
    }
    expect(lost).toBeGreaterThan(0);

    await writesAtOnce(guarded, 'ours');
    expect(foundIn(findings)).toEqual([misuse('parallel-writes', 'at once')]);
  },
);

onEachDriver('writes of one session at once in a transaction are all done', async driver => {
  const { manager, guarded } = await fixture(driver);
  await manager.withTxn(session =>
    Promise.all(five.map(id => guarded.items.insertOne({ _id: id }, { session }))),
  );
  expect(await guarded.ids()).toEqual(five);
});
