// @ts-check
// Three copies of the driver in one process: two of the program's own, and the one that mongoose 8 brings along.
import { MongoClient } from 'mongodb';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const six = require('mongodb6');
// Its types are those of a module named mongoose.
const mongoose8 = 'mongoose8';
const { mongo } = require(mongoose8);

/** @type {string[]} */
const copies = [];

for (const Client of [MongoClient, six.MongoClient, mongo.MongoClient]) await misuse(Client);

/** @param {typeof MongoClient} Client */
async function misuse(Client) {
  const client = new Client(String(process.env['MONGODB_URI']));
  const session = client.startSession();
  await session.endSession();
  const read = client.db('preload').collection(`c${copies.length}`).findOne({}, { session }); // misuse: use after end
  copies.push(await read.catch(error => error.name));
  await client.close();
}
