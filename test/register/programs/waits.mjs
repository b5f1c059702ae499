// @ts-check
// Misuses a session, says so, and then waits for a signal. With the argument `own` it handles SIGTERM, and ends with 5.
import { MongoClient } from 'mongodb';

if (process.argv[2] === 'own') process.on('SIGTERM', () => process.exit(5));
const client = new MongoClient(String(process.env['MONGODB_URI']));
const session = client.startSession();
await session.endSession();
await client
  .db('waits')
  .collection('items')
  .findOne({}, { session })
  .catch(() => undefined); // misuse: use after end
console.log('waits');
setInterval(() => {}, 1000);
