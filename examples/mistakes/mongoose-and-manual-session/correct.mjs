// @ts-check
// The transaction runner starts, commits and ends: the callback only does the work, and throws to abort.
import mongoose from 'mongoose';

await mongoose.connect(String(process.env['MONGODB_URI']));
const Order = mongoose.model('Order', new mongoose.Schema({ sku: String }));
const Stock = mongoose.model('Stock', new mongoose.Schema({ sku: String, left: Number }));
await Promise.all([Order.init(), Stock.init()]);
await Stock.create({ sku: 'tea', left: 10 });

try {
  await mongoose.connection.transaction(async session => {
    await Order.create([{ sku: 'tea' }], { session });
    await Stock.updateOne({ sku: 'tea' }, { $inc: { left: -1 } }, { session });
    throw new Error('the warehouse is closed');
  });
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
const tea = await Stock.findOne({ sku: 'tea' });
console.log(`${await Order.countDocuments()} orders, ${tea?.left} left`);
await mongoose.disconnect();
