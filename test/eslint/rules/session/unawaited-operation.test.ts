import { driver, testRule, withModels } from '../../support/test-rule.ts';

testRule('unawaited-operation', {
  wrong: {
    'a helper that gives back the promise of its operation':
      driver(`const add = (order, session) => orders.insertOne(order, { session });
export async function place(order) {
  await client.withSession(async session => {
    add(order, session); // ←
  });
}`),
    'a `forEach` with an async function in the callback of a transaction':
      driver(`export async function importAll(rows) {
  await client.withSession(session =>
    session.withTransaction(async () => {
      rows.forEach(async row => {
        await orders.insertOne(row, { session }); // ←
      });
    }),
  );
}`),
    'a `map` whose promises nobody waits for, before the commit':
      driver(`export async function importAll(rows) {
  const session = client.startSession();
  try {
    session.startTransaction();
    rows.map(async row => orders.insertOne(row, { session })); // ←
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
    'an operation that is returned without `await` from a `try` whose `finally` ends the session':
      driver(`export async function first() {
  const session = client.startSession();
  try {
    return orders.findOne({}, { session }); // ←
  } finally {
    await session.endSession();
  }
}`),
    'a `withTransaction` that is returned without `await` before the session ends':
      driver(`export async function place(order) {
  const session = client.startSession();
  try {
    return session.withTransaction(async () => { // ←
      await orders.insertOne(order, { session });
    });
  } finally {
    await session.endSession();
  }
}`),
    'a helper of the same file that is not awaited': driver(`async function log(order, session) {
  await users.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session });
}
export async function place(order) {
  await client.withSession(async session => {
    await orders.insertOne(order, { session });
    log(order, session); // ←
  });
}`),
    'a `.then` with a log line whose promise is dropped': driver(`export async function place(order) {
  await client.withSession(session =>
    session.withTransaction(async () => {
      orders.insertOne(order, { session }).then(() => console.log('stored')); // ←
    }),
  );
}`),
    'a model of mongoose in `connection.transaction`': withModels(`export async function place(order) {
  await mongoose.connection.transaction(async session => {
    Order.create([order], { session }); // ←
    await User.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session });
  });
}`),
    'a listener whose work nobody waits for': driver(`export async function copy(stream) {
  await client.withSession(async session => {
    stream.on('data', async row => {
      await orders.insertOne(row, { session }); // ←
    });
  });
}`),
  },
  right: {
    'a promise that is kept and awaited later': driver(`export async function both(order) {
  const session = client.startSession();
  const stored = orders.insertOne(order, { session });
  await new Promise(resolve => setTimeout(resolve, 5));
  await stored;
  await session.endSession();
}`),
    'a chain that ends the session by itself': driver(`export function place(order) {
  const session = client.startSession();
  orders.insertOne(order, { session }).then(() => session.endSession());
}`),
    'a writable stream that says when each write is done': driver(`import { Writable } from 'node:stream';
export const sink = session =>
  new Writable({
    objectMode: true,
    write: (row, _encoding, done) => void orders.insertOne(row, { session }).then(() => done(), done),
  });`),
    'a list of promises that is awaited as a whole': driver(`export async function readAll(ids) {
  await client.withSession(async session => {
    const reads = [];
    for (const id of ids) reads.push(orders.findOne({ _id: id }, { session }));
    return Promise.all(reads);
  });
}`),
    'background work with its own session': driver(`export async function place(order) {
  await client.withSession(async session => {
    await orders.insertOne(order, { session });
    void client.withSession(own => users.insertOne({ _id: order.user }, { session: own }));
  });
}`),
    'a `session` of another library': `export async function show(request) {
  const session = request.session;
  cart.save({ session });
  await session.end();
}`,
    'an allowed place': driver(`export async function place(order) {
  await client.withSession(async session => {
    // session-guard-allow unawaited-operation -- the counter may be lost
    orders.insertOne(order, { session });
  });
}`),
  },
});
