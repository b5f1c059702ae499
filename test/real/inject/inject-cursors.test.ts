import { expect } from 'vitest';
import { foundIn, misusesIn } from '../support/found.ts';
import { seeded, sentInside, sentOutside } from '../support/injection/sent.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);
const inject = { inject: true } as const;
const batches = { batchSize: 1 } as const;

onEachDriver('a cursor that was made before the transaction, and not read, is read inside', async driver => {
  const all = await seeded(driver);
  const cursor = all.guarded.items.find({}, batches);
  const read = await all.manager.withTxn(async () => {
    await all.guarded.items.insertOne({ _id: 'd' });
    return cursor.toArray();
  }, inject);
  expect(read).toHaveLength(4);
  expect(sentOutside(all)).toEqual([]);
  expect(all.findings).toEqual([]);
});

onEachDriver('a cursor that was read before the transaction goes on outside of it', async driver => {
  const all = await seeded(driver);
  const cursor = all.guarded.items.find({}, batches);
  await cursor.next();
  const rest = await all.manager.withTxn(async () => {
    await all.guarded.items.insertOne({ _id: 'x' });
    return [await cursor.next(), await cursor.next()];
  }, inject);
  expect(rest).toEqual([{ _id: 'b' }, { _id: 'c' }]);
  await cursor.close();
  expect(sentInside(all)).toEqual(['insert', 'commitTransaction']);
  expect(all.findings).toEqual([]);
});

onEachDriver('a cursor of the transaction cannot be read on after it', async driver => {
  const all = await seeded(driver);
  const cursor = await all.manager.withTxn(async () => {
    const opened = all.guarded.items.find({}, batches);
    await opened.next(); // misuse: opened inside
    return opened;
  }, inject);
  const failure = await failureOf(cursor.next()); // misuse: read on
  expect(failure).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
  expect(foundIn(all.findings)).toEqual([
    misuse('open-cursor', 'opened inside'),
    misuse('use-after-end', 'read on'),
  ]);
});

onEachDriver(
  'a cursor that is made inside and first read afterwards is none of the transaction',
  async driver => {
    const all = await seeded(driver);
    const cursor = await all.manager.withTxn(async () => {
      await all.guarded.items.insertOne({ _id: 'd' });
      return { later: all.guarded.items.find({}, batches) };
    }, inject);
    expect(await cursor.later.toArray()).toHaveLength(4);
    expect(all.findings).toEqual([]);
  },
);

onEachDriver('a stream reads ahead of a loop that writes', async driver => {
  for (let run = 0; run < 5; run += 1) {
    const all = await seeded(driver);
    await all.manager.withTxn(async () => {
      for await (const item of all.guarded.items.find({}, batches).stream())
        await all.guarded.items.updateOne(item, { $set: { seen: true } });
    }, inject);
    expect(sentOutside(all)).toEqual([]);
    expect(all.findings).toEqual([]);
  }
});
