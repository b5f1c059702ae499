import net from 'node:net';
import { MongoClient } from 'mongodb';

// A program that asks for errors by their names, and opens connections of its own, is not a driver.
const passing = new Set(['MongoServerSelectionError', 'MongoExpiredSessionError', 'MongoNetworkError']);

const uri = process.env['MONGODB_URI'] ?? '';
const client = new MongoClient(uri);
await client
  .db()
  .collection('items')
  .findOne()
  .catch(error => console.log(passing.has(error.name)));
const [{ host, port } = { host: '', port: 0 }] = client.options.hosts;
await client.close();

await new Promise((resolve, reject) => {
  const socket = net.connect(port ?? 0, host ?? '', () => socket.destroy());
  socket.once('close', resolve).once('error', reject);
});
console.log('connected');
