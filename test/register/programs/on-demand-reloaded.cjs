// @ts-check
// A copy of the driver that is no longer in `require.cache` when the manager is made, as after a hot reload. A session ends while
// an insert is under way: only a manager that can follow operations waits for it.
const { MongoClient } = require('mongodb');

const isObserved = () => Symbol.for('session-guard.observed') in MongoClient.prototype;
const before = isObserved();
for (const file of Object.keys(require.cache)) if (file.includes('/mongodb/')) delete require.cache[file];

async function main() {
  const { ConnectionManager } = await import('session-guard');
  const client = new MongoClient(String(process.env['MONGODB_URI']));
  const mongo = ConnectionManager.adopt(client, { rules: 'off' });
  const items = client.db(`reloaded_${process.pid}`).collection('items');
  const after = isObserved();
  await mongo.withSession(async session => void items.insertOne({ by: 'session' }, { session }));
  console.log(JSON.stringify({ before, after, stored: await items.countDocuments() }));
  await items.drop();
  await mongo.close();
}

void main();
