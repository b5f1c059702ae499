// @ts-nocheck -- the names of Jest are global here, as vitest's are nowhere
const { MongoClient } = require('mongodb6');

/** A session is used after its end, and the worker does not end by itself. */
module.exports = async function misuse() {
  const client = new MongoClient(process.env.MONGODB_URI);
  const session = client.startSession();
  await session.endSession();
  const read = client.db('preload').collection('items').findOne({}, { session });
  await expect(read).rejects.toThrow('expired');
  setInterval(() => {}, 1000);
};
