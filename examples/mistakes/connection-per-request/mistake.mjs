// @ts-check
// Every request creates and closes its own client: each request has the cost of a handshake and of a new connection.
import { MongoClient } from 'mongodb';
import { connectionsMade, serve } from './shop.mjs';

const uri = String(process.env['MONGODB_URI']);

async function countOrders() {
  const client = new MongoClient(uri); // ← one more
  try {
    return await client.db().collection('orders').countDocuments();
  } finally {
    await client.close();
  }
}

const before = await connectionsMade(uri);
await serve(countOrders, { requests: 20 });
const made = (await connectionsMade(uri)) - before;
console.log(
  made > 20 ? 'more than a connection for each of 20 requests' : `${made} connections for 20 requests`,
);
