// @ts-check
// `node mongoose.mjs mongoose8`: the version by the name of its package.
/** @type {{ default: import('mongoose').Mongoose }} */
const { default: mongoose } = await import(String(process.argv[2]));

const uri = new URL(String(process.env['MONGODB_URI']));
uri.pathname = `/preload_${process.pid}`;
await mongoose.connect(uri.href);
const Order = mongoose.model('Order', new mongoose.Schema({ sku: String }));
await Order.init();

await mongoose.connection.transaction(async session => {
  await Order.create([{ sku: 'tea' }], { session });
  await new Order({ sku: 'cups' }).save(); // misuse: save
  await Order.find({ sku: 'tea' }); // misuse: find
});

const session = await mongoose.startSession();
await session.endSession();
const late = Order.findOne().session(session).exec(); // misuse: late
await late.catch(error => console.log(error.name));
await mongoose.connection.dropDatabase();
await mongoose.disconnect();
