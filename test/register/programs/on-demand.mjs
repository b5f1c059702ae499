// @ts-check
// Three kinds of sessions, twice. In between somebody asks for observation, as the argument says, while one more session is open.
import { MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import { PassThrough } from 'node:stream';
import { ConnectionManager, gracefulStop, keep, processStats, trackWork } from 'session-guard';
import { requestScope } from 'session-guard/express';
import { observeMongoose } from 'session-guard/mongoose';
import { dashboard } from 'session-guard/dashboard';
import { recordTrace } from 'session-guard/testing';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const items = client.db(`on_demand_${process.pid}`).collection('items');

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

const isObserved = () => Symbol.for('session-guard.observed') in MongoClient.prototype;
let tracked = 0;
const demands = new Map([
  ['nobody', () => {}],
  ['processStats', () => void processStats()],
  ['trackWork', () => void trackWork({ session: () => ({ ended: () => (tracked += 1) }) })],
  ['dashboard', () => void dashboard({ token: 'only-for-this-program' })],
  ['recordTrace', () => void recordTrace(new PassThrough().resume())],
  ['gracefulStop', () => void gracefulStop(null, [], { signals: [] })],
  ['keep', () => void keep(open)],
  ['observeMongoose', () => void observeMongoose(mongoose)],
  ['requestScope', () => void requestScope({ leftOpen: 'end' })],
  ['manager', () => void ConnectionManager.adopt(client)],
]);

await useSessions();
const open = client.startSession();
open.startTransaction();
await items.insertOne({ by: 'open' }, { session: open });
const before = isObserved();
demands.get(String(process.argv[2]))?.();
await items.insertOne({ by: 'open' }, { session: open });
await open.commitTransaction();
await open.endSession();
await useSessions();
const after = isObserved();
const { sessionsStarted: counted, sessionsOpen } = processStats();
console.log(
  JSON.stringify({ before, after, counted, sessionsOpen, tracked, items: await items.countDocuments() }),
);
await items.drop();
await client.close();
