// @ts-check
// A time-out of the socket is meant to bound a slow query. It only hangs up: the driver takes that for a network error, opens
// a new connection, and sends the query again, to a server that is slow already.
import { MongoClient } from 'mongodb';
import { countQueries, slow } from './slow-query.mjs';

const uri = String(process.env['MONGODB_URI']);
const client = new MongoClient(uri, { socketTimeoutMS: 400, monitorCommands: true }); // ←
const queries = countQueries(client);
const orders = client.db().collection('orders');
await orders.insertOne({ sku: 'tea' });

try {
  await orders.find(slow).toArray();
} catch (error) {
  console.log(error instanceof Error ? error.name : error);
}
console.log(`the query was sent ${queries.sent === 1 ? 'once' : 'more than once'}`);
await client.close();
