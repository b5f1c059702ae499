// @ts-check
// The server enforces maxTimeMS: it ends the query, and returns an error.
import { MongoClient } from 'mongodb';
import { countQueries, slow } from './slow-query.mjs';

const uri = String(process.env['MONGODB_URI']);
const client = new MongoClient(uri, { monitorCommands: true });
const queries = countQueries(client);
const orders = client.db().collection('orders');
await orders.insertOne({ sku: 'tea' });

try {
  await orders.find(slow, { maxTimeMS: 400 }).toArray();
} catch (error) {
  console.log(error instanceof Error && 'codeName' in error ? error.codeName : error);
}
console.log(`the query was sent ${queries.sent === 1 ? 'once' : 'more than once'}`);
await client.close();
