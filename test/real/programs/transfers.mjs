// @ts-check
import { ConnectionManager } from '../../../src/index.ts';

/** Transfers without end: each that is acknowledged is a line of the output. */
const { TRANSFERS_URI: uri, TRANSFERS_DB: database = '' } = process.env;
const manager = new ConnectionManager(uri, { client: { appName: database } });
/** @type {import('mongodb').Collection<{ _id: number, balance: number }>} */
const accounts = manager.db(database).collection('accounts');
const ledger = manager.db(database).collection('ledger');

await Promise.all(
  [0, 1, 2, 3, 4, 5].map(async from => {
    for (let n = 0; ; n += 1) {
      const call = `${from} ${n}`;
      const to = (from + 1) % 6;
      await manager.withTxn(async session => {
        await accounts.updateOne({ _id: from }, { $inc: { balance: -1 } }, { session });
        await accounts.updateOne({ _id: to }, { $inc: { balance: 1 } }, { session });
        await ledger.insertOne({ call, from, to }, { session });
      });
      process.stdout.write(`${call}\n`);
    }
  }),
);
