// @ts-nocheck -- the names of Jest are global here, as vitest's are nowhere
const { MongoClient } = require('mongodb6');
const mongoose = require('mongoose8');

test('a session is used after its end', async () => {
  const client = new MongoClient(process.env.MONGODB_URI);
  const session = client.startSession();
  await session.endSession();
  const read = client.db('preload').collection('items').findOne({}, { session }); // misuse: use after end
  await expect(read).rejects.toThrow('expired');
  await client.close();
});

test('mongoose is named by the line of the test', async () => {
  await mongoose.connect(process.env.MONGODB_URI);
  const Item = mongoose.model(
    'Item',
    new mongoose.Schema({ name: String }, { autoIndex: false, autoCreate: false }),
  );
  await Item.createCollection();
  await mongoose.connection.transaction(async session => {
    await Item.create([{ name: 'a' }], { session });
    await Item.find(); // misuse: forgotten session
  });
  await mongoose.disconnect();
});
