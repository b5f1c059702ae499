// @ts-check
// `connection.transaction` commits by itself. Here the callback also commits, and continues: the operations after
// the commit are outside any transaction, and stay when the callback throws.
import mongoose from 'mongoose';

await mongoose.connect(String(process.env['MONGODB_URI']));
const Order = mongoose.model('Order', new mongoose.Schema({ sku: String }));
const Stock = mongoose.model('Stock', new mongoose.Schema({ sku: String, left: Number }));
await Promise.all([Order.init(), Stock.init()]);
await Stock.create({ sku: 'tea', left: 10 });

try {
  await mongoose.connection.transaction(async session => {
    await Order.create([{ sku: 'tea' }], { session });
    await session.commitTransaction(); // ← connection.transaction would do it
    await Stock.updateOne({ sku: 'tea' }, { $inc: { left: -1 } }, { session }); // ← in no transaction
    throw new Error('the warehouse is closed');
  });
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
const tea = await Stock.findOne({ sku: 'tea' });
console.log(`${await Order.countDocuments()} orders, ${tea?.left} left`);
await mongoose.disconnect();
