// @ts-check
// Three kinds of sessions, twice. Between them somebody begins to want to know of them, as the argument says.
import { MongoClient } from 'mongodb';
import { processStats, trackWork } from 'session-guard';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const items = client.db(`unwatched_${process.pid}`).collection('items');

async function useSessions() {
  await client.withSession(session => items.insertOne({ by: 'withSession' }, { session }));
  await client.withSession(session =>
    session.withTransaction(() => items.insertOne({ by: 'withTransaction' }, { session })),
  );
  const session = client.startSession();
  session.startTransaction();
  await items.insertOne({ by: 'hand' }, { session });
  await session.commitTransaction();
  await session.endSession();
}

let tracked = 0;
await useSessions();
if (process.argv[2] === 'processStats') processStats();
if (process.argv[2] === 'trackWork') trackWork({ session: () => ({ ended: () => (tracked += 1) }) });
await useSessions();
const { sessionsStarted: counted } = processStats();
console.log(JSON.stringify({ counted, tracked, items: await items.countDocuments() }));
await items.drop();
await client.close();
