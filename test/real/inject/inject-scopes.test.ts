import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { outsideTxn } from '../../../src/index.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { gate } from '../../support/gate.ts';
import { seeded, sentInside, sentOutside } from '../support/injection/sent.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf } from '../support/outcome.ts';
import { transientError } from '../support/transient-error.ts';

const misuse = misusesIn(import.meta.filename);
const mine = new Error('mine');
const inject = { inject: true } as const;
const batches = { batchSize: 1 } as const;

onEachDriver('each attempt has its operations', async driver => {
  const all = await seeded(driver);
  const { items } = all.guarded;
  await all.manager.withTxn(async (_session, { attempt }) => {
    await items.insertOne({ _id: `attempt ${attempt}` });
    await items.bulkWrite([{ deleteOne: { filter: { _id: 'a' } } }]);
    expect(await items.find({}, batches).toArray()).toHaveLength(3);
    if (attempt < 3) throw transientError(driver);
  }, inject);
  expect(await all.guarded.ids()).toEqual(['attempt 3', 'b', 'c']);
  expect(sentOutside(all)).toEqual([]);
  expect(all.findings).toEqual([]);
});

onEachDriver('a joined call injects for the outer one; one of its own for itself', async driver => {
  const all = await seeded(driver);
  const { manager, guarded, plain } = all;
  const call = manager.withTxn(async () => {
    await manager.withTxn(() => guarded.items.insertOne({ _id: 'joined' }));
    await manager.withTxn(() => guarded.items.insertOne({ _id: 'own' }), { ...inject, nested: 'new' });
    await plain.client.withSession(session => plain.items.insertOne({ _id: 'other client' }, { session }));
    await outsideTxn(async () => {
      for await (const { _id: id } of guarded.items.find({}, batches))
        await guarded.items.updateOne({ _id: id }, { $set: { seen: true } });
    });
    throw mine;
  }, inject);
  expect(await failureOf(call)).toBe(mine);
  expect(await guarded.ids()).toEqual(['a', 'b', 'c', 'own']);
  expect(await plain.ids()).toEqual(['other client']);
  expect(await guarded.items.countDocuments({ seen: true })).toBe(4);
});

onEachDriver(
  'an operation that a timer starts after the callback is not part of the transaction',
  async driver => {
    const all = await seeded(driver);
    const { items } = all.guarded;
    const committed = gate();
    let timer: Promise<unknown> | undefined;
    await all.manager.withTxn(async () => {
      await items.insertOne({ _id: 'inside' });
      timer = committed.opened.then(() => items.insertOne({ _id: 'later' }));
    }, inject);
    committed.open();
    await timer;
    expect(await all.guarded.ids()).toEqual(['a', 'b', 'c', 'inside', 'later']);
    expect(sentInside(all)).toEqual(['insert', 'commitTransaction']);
    expect(all.findings).toEqual([]);
  },
);

onEachDriver('the concerns are those of the transaction, and its reads causal', async driver => {
  const client = { readConcernLevel: 'local', w: 1, readPreference: 'secondaryPreferred' } as const;
  const all = await seeded(driver, { client });
  const { guarded, manager } = all;
  await guarded.client.withSession(async session => {
    await guarded.items.insertOne({ _id: 'd' }, { session });
    const work = async () => {
      await guarded.items.findOne({ _id: 'd' }, { readConcern: { level: 'majority' } });
      await guarded.items.distinct('_id');
      await guarded.items.findOneAndDelete({ _id: 'd' }, { writeConcern: { w: 1 } });
    };
    const readConcern = { level: 'snapshot' } as const;
    await manager.withTxn(work, { ...inject, session, readConcern, readPreference: 'primary' });
  });
  const commands = guarded.sent.filter(({ inTransaction }) => inTransaction).map(({ command }) => command);
  expect(commands[0]?.['readConcern']).toMatchObject({ level: 'snapshot', afterClusterTime: {} });
  expect(commands.slice(1).map(({ readConcern }) => readConcern)).toEqual([undefined, undefined, undefined]);
  expect(commands.slice(0, 3).map(({ writeConcern }) => writeConcern)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

onEachDriver('a swallowed error of an injected bulk write is the one that is thrown', async driver => {
  const all = await seeded(driver);
  let swallowed: unknown;
  const call = all.manager.withTxn(async () => {
    const twice = all.guarded.items.insertMany([{ _id: 'd' }, { _id: 'a' }]); // misuse: swallowed
    swallowed = await failureOf(twice);
  }, inject);
  expect(await failureOf(call)).toBe(swallowed);
  expect(swallowed).toBeInstanceOf(driver.lib.MongoBulkWriteError);
  expect(foundIn(all.findings)).toEqual([misuse('swallowed-error', 'swallowed')]);
});

onEachDriver(
  'an injected bulk write that is not awaited is reported, drained and committed',
  async driver => {
    const all = await seeded(driver);
    await all.manager.withTxn(async () => {
      void all.guarded.items.insertMany([{ _id: 'd' }, { _id: 'e' }]); // misuse: not awaited
      await Promise.resolve();
    }, inject);
    expect(await all.guarded.ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(foundIn(all.findings)).toEqual([misuse('unawaited-operation', 'not awaited')]);
  },
);

onEachDriver('all kinds of operations at once are queued', async driver => {
  for (let run = 0; run < 5; run += 1) {
    const all = await seeded(driver);
    const { items } = all.guarded;
    await all.manager.withTxn(
      () =>
        Promise.all([
          items.insertMany([{ _id: 'd' }, { _id: 'e' }]),
          items.find({}, batches).toArray(),
          items.initializeOrderedBulkOp().insert({ _id: 'f' }).execute(),
          items.aggregate([], batches).toArray(),
          items.findOneAndUpdate({ _id: 'a' }, { $set: { n: 1 } }),
          items.countDocuments(),
        ]),
      inject,
    );
    expect(sentOutside(all)).toEqual([]);
    expect(await all.guarded.ids()).toHaveLength(6);
  }
});

onEachDriver(
  'after an abort by hand the session is passed on, and the work that follows reported',
  async driver => {
    const all = await seeded(driver);
    await all.manager.withTxn(async session => {
      await all.guarded.items.insertOne({ _id: 'd' });
      await session.abortTransaction();
      await all.guarded.items.insertOne({ _id: 'e' });
    }, inject);
    expect(await all.guarded.ids()).toEqual(['a', 'b', 'c', 'e']);
    expect(all.findings.map(({ rule }) => rule)).toEqual(['manual-end-in-helper']);
  },
);

onEachDriver('after an end by hand nothing is sent', async driver => {
  const all = await seeded(driver);
  const call = all.manager.withTxn(async session => {
    await all.guarded.items.insertOne({ _id: 'd' });
    await session.endSession();
    await all.guarded.items.insertOne({ _id: 'e' });
  }, inject);
  expect(codeOf(await failureOf(call))).toMatch(/^ERR_SESSION_GUARD_/);
  expect(await all.guarded.ids()).toEqual(['a', 'b', 'c']);
});

onEachDriver('without protection it is injected just as well', async driver => {
  const all = await seeded(driver, { guard: { protect: false } });
  const call = all.manager.withTxn(async () => {
    await all.guarded.items.insertMany([{ _id: 'd' }, { _id: 'e' }]);
    await all.guarded.items.find({}, batches).toArray();
    await sleep(1);
    throw mine;
  }, inject);
  expect(await failureOf(call)).toBe(mine);
  expect(await all.guarded.ids()).toEqual(['a', 'b', 'c']);
  expect(sentOutside(all)).toEqual([]);
  expect(all.findings).toEqual([]);
});
