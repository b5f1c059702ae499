// @ts-check
import { createRequire } from 'node:module';
import { MongoDBSaver } from '@langchain/langgraph-checkpoint-mongodb';

/** @returns {Promise<import('./side.d.ts').Side>} */
export async function openMongo() {
  // With the saver's own driver, which has another major version.
  const require = createRequire(import.meta.resolve('@langchain/langgraph-checkpoint-mongodb'));
  /** @type {{ MongoClient: typeof import('mongodb').MongoClient }} */
  const { MongoClient } = require('mongodb');
  const client = new MongoClient(process.env['MONGODB_URI'] ?? '', { monitorCommands: true });
  const counts = { requests: 0, readUnits: 0, writeUnits: 0 };
  client.on('commandStarted', () => (counts.requests += 1));
  const dbName = `bench_${process.pid}`;
  const saver = new MongoDBSaver({ client: /** @type {any} */ (client), dbName });
  await saver.setup();
  return {
    name: 'MongoDBSaver',
    saver,
    counts,
    close: async () => {
      await client.db(dbName).dropDatabase();
      await client.close();
    },
  };
}
