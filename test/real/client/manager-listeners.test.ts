import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, onTestFinished } from 'vitest';
import type { TransactionSummary } from '../../../src/index.ts';
import { fixture } from '../support/fixture.ts';
import { listenForNoise } from '../support/noise.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const mine = new Error('the listener has failed');

onEachDriver('a listener that throws is taken off, and the transaction is committed', async driver => {
  const { manager, guarded } = await fixture(driver, { uri: uri() });
  const ended: TransactionSummary[] = [];
  manager.on('transactionEnded', event => ended.push(event));
  let calls = 0;
  manager.on('transactionEnded', () => {
    calls += 1;
    throw mine;
  });
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'a' }, { session }));
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'b' }, { session }));
  expect(calls).toBe(1);
  expect(ended.map(({ outcome }) => outcome)).toEqual(['committed', 'committed']);
});

onEachDriver(
  'a listener that is rejected is not a rejection of the program, and its own writes are not part of a transaction',
  async driver => {
    const { manager, guarded } = await fixture(driver, { uri: uri() });
    const { heard } = listenForNoise();
    const work: Promise<unknown>[] = [];
    manager.on('transactionEnded', async () => {
      work.push(guarded.items.insertOne({ _id: 'audit' }));
      await Promise.all(work);
      throw mine;
    });
    const failed = manager.withTxn(
      async session => {
        await manager.withTxn(async () => {}, { nested: 'new' });
        await guarded.items.insertOne({ _id: 'a' }, { session });
        await Promise.all(work);
        throw mine;
      },
      { inject: true },
    );
    expect(await failureOf(failed)).toBe(mine);
    expect(await guarded.items.find({ _id: 'audit' }).toArray()).toHaveLength(1);
    expect((await heard()).filter(noise => noise.startsWith('unhandled'))).toEqual([]);
  },
);

onEachDriver(
  'a reader of findings from the channel, or of process warnings, writes outside the transaction of the finding',
  async driver => {
    const { manager, guarded, findings } = await fixture(driver, { uri: uri(), guard: { console: true } });
    const log = guarded.client.db(guarded.items.dbName).collection<{ _id: string }>('log');
    await log.insertOne({ _id: 'made' });
    const work: Promise<unknown>[] = [];
    const onFinding = () => void work.push(log.insertOne({ _id: 'channel' }));
    const warned = new Promise<void>(resolve => {
      const onWarning = () => {
        work.push(log.insertOne({ _id: 'warning' }));
        resolve();
      };
      process.once('warning', onWarning);
    });
    subscribe('session-guard:finding', onFinding);
    onTestFinished(() => void unsubscribe('session-guard:finding', onFinding));
    const failed = manager.withTxn(
      async session => {
        await session.endSession();
        await warned;
        await Promise.all(work);
        throw mine;
      },
      { inject: true },
    );
    expect(await failureOf(failed)).toBeInstanceOf(Error);
    expect((await log.find().sort({ _id: 1 }).toArray()).map(({ _id: id }) => id)).toEqual([
      'channel',
      'made',
      'warning',
    ]);
    expect(findings.map(({ rule }) => rule)).toEqual(['manual-end-in-helper']);
  },
);
