// @ts-check
// Two plain clients: one has committed a transaction, the other has one open. Prints what the process counts.
import { MongoClient } from 'mongodb';
import { processStats } from 'session-guard';

const [first, second] = [1, 2].map(() => new MongoClient(String(process.env['MONGODB_URI'])));
if (first === undefined || second === undefined) throw new Error('no clients');
const name = `preload_${process.pid}`;
const items = first.db(name).collection('items');
await items.insertOne({});
await first.withSession(async session => {
  await session.withTransaction(() => items.insertOne({}, { session }));
  await session.endSession();
  await items.findOne({}, { session }).catch(() => {});
});
const open = second.startSession();
open.startTransaction();
await second.db(name).collection('items').findOne({}, { session: open });
const {
  findings,
  pool,
  clientsConnected,
  transactionsOpen,
  transactionsCommitted,
  sessionsStarted,
  sessionsOpen,
} = processStats();
console.log(
  JSON.stringify({
    findings,
    pool,
    clientsConnected,
    transactionsOpen,
    transactionsCommitted,
    sessionsStarted,
    sessionsOpen,
  }),
);
await open.abortTransaction();
await open.endSession();
await items.drop();
await first.close();
await second.close();
