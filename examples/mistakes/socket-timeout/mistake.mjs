// @ts-check
// A time-out of the socket should limit a slow query. But it only closes the connection: the driver takes this for a network
// error, opens a new connection, and sends the query again, to a server that is already slow.
import { MongoClient } from 'mongodb';
import { countQueries, slow } from './slow-query.mjs';

const uri = String(process.env['MONGODB_URI']);
const client = new MongoClient(uri, { socketTimeoutMS: 1500, monitorCommands: true }); // ←
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
