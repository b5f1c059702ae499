// @ts-check
// One client for the process: it connects on its first use, and its pool serves all requests.
import { MongoClient } from 'mongodb';
import { connectionsMade, serve } from './shop.mjs';

const uri = String(process.env['MONGODB_URI']);
const client = new MongoClient(uri, { maxPoolSize: 5 });

async function countOrders() {
  return client.db().collection('orders').countDocuments();
}

const before = await connectionsMade(uri);
await serve(countOrders, { requests: 20 });
const made = (await connectionsMade(uri)) - before;
console.log(
  made > 20 ? 'more than a connection for each of 20 requests' : 'a handful of connections for 20 requests',
);
await client.close();
