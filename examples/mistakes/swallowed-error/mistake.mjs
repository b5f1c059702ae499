// @ts-check
// A duplicate key is caught and logged inside the transaction. The server has aborted the transaction; the driver gets this
// error at the commit, takes it for a transient error, and retries for 120 s. This program stops it after 15 attempts.
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const orders = client.db().collection('orders');
await orders.insertOne({ sku: 'tea', number: 1 });
await orders.createIndex({ number: 1 }, { unique: true });

let attempts = 0;
try {
  await client.withSession(session =>
    session.withTransaction(async () => {
      attempts += 1;
      if (attempts > 15) throw new Error('still not committed, and no word of why');
      await orders.insertOne({ sku: 'cups', number: 2 }, { session });
      try {
        await orders.insertOne({ sku: 'tea', number: 1 }, { session }); // ← its error is only logged
      } catch {
        // "It is there already, so all is well."
      }
    }),
  );
} catch (error) {
  console.log(error instanceof Error ? error.message.replace(/ collection: .*/, '') : error);
}
console.log(attempts === 1 ? 'after one attempt' : `after ${attempts - 1} attempts`);
await client.close();
