import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionManager, allow } from '../../src/index.ts';
import { fixture } from './support/fixture.ts';
import { foundIn } from './support/found.ts';
import { failureOf, outcomeOf } from './support/outcome.ts';
import { onEachDriver } from './support/on-each-driver.ts';

const log = (name: string, x: unknown) =>
  console.log(
    name,
    JSON.stringify(x, (k, v) =>
      v instanceof Error ? `${v.name} ${(v as { code?: unknown }).code} ${v.message.slice(0, 140)}` : v,
    ),
  );

onEachDriver('A cursor read parallel in txn with forEach(async)', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { items } = guarded;
  await items.insertMany(['1', '2', '3', '4'].map(_id => ({ _id, n: 0 })));
  const r = await outcomeOf(
    manager.withTxn(async session => {
      const docs = await items.find({}, { session }).toArray();
      docs.forEach(async d => {
        await items.updateOne({ _id: d._id }, { $inc: { n: 1 } }, { session });
      });
    }),
  );
  log('A', [r, await items.find().toArray(), foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('B stream pipeline in txn', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { items } = guarded;
  await items.insertMany(Array.from({ length: 50 }, (_, i) => ({ _id: `${i}`, n: 0 })));
  const r = await outcomeOf(
    manager.withTxn(async session => {
      let n = 0;
      for await (const d of items.find({}, { session, batchSize: 3 }).stream()) {
        await items.updateOne({ _id: d._id }, { $inc: { n: 1 } }, { session });
        n++;
      }
      return n;
    }),
  );
  log('B', [r, foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('C abort by signal during commit etc: afterAbort', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { items } = guarded;
  const c = new AbortController();
  const ran: string[] = [];
  const r = await outcomeOf(
    manager.withTxn(
      async (session, txn) => {
        txn.afterAbort(() => ran.push('abort'));
        txn.afterCommit(() => ran.push('commit'));
        await items.insertOne({ _id: 'a' }, { session });
        c.abort(new Error('stop'));
        return 1;
      },
      { signal: c.signal },
    ),
  );
  await sleep(100);
  log('C', [r, ran, await guarded.ids(), manager.stats(), foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('D protect false + withTxn', async driver => {
  const { guarded, manager, findings } = await fixture(driver, { guard: { protect: false } });
  const { items } = guarded;
  const r = await outcomeOf(
    manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      return 5;
    }),
  );
  const r2 = await outcomeOf(
    manager.withTxn(async session => {
      await session.endSession();
      return 5;
    }),
  );
  log('D', [r, r2, await guarded.ids(), foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('E manual transaction inside withSession, endSession abort drains', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { items } = guarded;
  let late: unknown;
  const r = await outcomeOf(
    manager.withSession(async session => {
      session.startTransaction();
      await items.insertOne({ _id: 'a' }, { session });
      late = outcomeOf(items.insertOne({ _id: 'b' }, { session }));
    }),
  );
  log('E', [r, await late, await guarded.ids(), foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('F client.withSession(options)', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { items, client } = guarded;
  let late: unknown;
  await client.connect();
  const r = await outcomeOf(
    client.withSession({ causalConsistency: false }, async session => {
      late = outcomeOf(items.insertOne({ _id: 'b' }, { session }));
      return 3;
    }),
  );
  const r2 = await outcomeOf(
    client.withSession(async () => {
      throw new Error('mine');
    }),
  );
  log('F', [
    r,
    r2,
    await late,
    await guarded.ids(),
    foundIn(findings).map(f => [f.rule, f.line]),
    manager.stats(),
  ]);
});
onEachDriver('G second withTransaction in outer withTransaction callback on same session', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { items, client } = guarded;
  const r = await outcomeOf(
    client.withSession(s =>
      s.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session: s });
        await outcomeOf(
          s.withTransaction(async () => {
            await items.insertOne({ _id: 'b' }, { session: s });
          }),
        );
        return 1;
      }),
    ),
  );
  log('G', [r, await guarded.ids(), foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('H two managers on one client', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const f2: string[] = [];
  const m2 = ConnectionManager.adopt(manager.client, { console: false, onFinding: f => f2.push(f.rule) });
  const s = m2.startSession();
  await s.endSession();
  await failureOf(guarded.items.findOne({}, { session: s }));
  log('H', [findings.map(f => f.rule), f2]);
});
onEachDriver('I sessions with w:0 / timeoutMS client', async driver => {
  const { guarded, manager, findings } = await fixture(driver, { client: { timeoutMS: 2000 } });
  const { items } = guarded;
  const r = await outcomeOf(
    manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      return 5;
    }),
  );
  const r3 = await outcomeOf(
    Promise.race([
      manager.withTxn(async session => {
        await items.insertOne({ _id: 'b' }, { session });
        void outcomeOf(items.insertOne({ _id: 'c' }, { session }));
      }),
      sleep(3000, 'hang'),
    ]),
  );
  log('I', [r, r3, await guarded.ids(), foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('J server killed session (killAllSessions) in transaction', async driver => {
  const { guarded, manager, admin, findings } = await fixture(driver);
  const { items } = guarded;
  let n = 0;
  const r = await outcomeOf(
    manager.withTxn(async session => {
      n++;
      await items.insertOne({ _id: 'a' }, { session });
      if (n === 1)
        await admin
          .db('admin')
          .command({ killSessions: [session.id] })
          .catch(e => console.log(e.message));
      await items.insertOne({ _id: 'b' }, { session });
      return n;
    }),
  );
  log('J', [r, await guarded.ids(), foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('K allow inside callback for escape', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { items } = guarded;
  await manager.withTxn(async session => {
    await items.insertOne({ _id: 'a' }, { session });
    await allow('outside-transaction', 'x', () => items.insertOne({ _id: 'b' }));
  });
  log('K', [foundIn(findings).map(f => [f.rule, f.line])]);
});
onEachDriver('L timeout with hanging callback; close afterwards', async driver => {
  const { guarded, manager, findings } = await fixture(driver, { guard: { closeGraceMS: 300 } });
  const { items } = guarded;
  const r = await outcomeOf(
    manager.withTxn(
      async session => {
        await items.insertOne({ _id: 'a' }, { session });
        await new Promise(() => {});
      },
      { timeoutMS: 50 },
    ),
  );
  await sleep(200);
  const st = manager.stats();
  await manager.close();
  log('L', [r, st, await guarded.ids(), foundIn(findings).map(f => [f.rule, f.line])]);
});
