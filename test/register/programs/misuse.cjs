// @ts-check
const { MongoClient } = require('mongodb6');

async function main() {
  const client = new MongoClient(String(process.env['MONGODB_URI']));
  const items = client.db(`preload_${process.pid}`).collection('items');
  const session = client.startSession();
  await session.endSession();
  await items.findOne({}, { session }).catch(error => console.log(error.name)); // misuse: use after end
  await client.close();
}

void main();
