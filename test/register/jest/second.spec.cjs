// @ts-nocheck -- the names of Jest are global here, as vitest's are nowhere
const { MongoClient } = require('mongodb6');

test('a session is used after its end', async () => {
  const client = new MongoClient(process.env.MONGODB_URI);
  const session = client.startSession();
  await session.endSession();
  const read = client.db('preload').collection('items').findOne({}, { session }); // misuse: use after end
  await expect(read).rejects.toThrow('expired');
  await client.close();
});
