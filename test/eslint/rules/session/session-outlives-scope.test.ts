import { driver, testRule } from '../../support/test-rule.ts';

testRule('session-outlives-scope', {
  wrong: {
    'a session of the module in a route': `import express from 'express';
import mongoose from 'mongoose';
import { Order } from './order.js';
const app = express();
const session = await mongoose.startSession();
app.post('/orders', async (req, res) => {
  session.startTransaction(); // ←
  await Order.create([req.body], { session });
  await session.commitTransaction();
  res.end();
});`,
    'a session that invocations of a function share': driver(`let session;
export const handler = async event => {
  session ??= client.startSession();
  await orders.insertOne(event, { session }); // ←
};`),
  },
  right: {
    'a session of each request': driver(`export const handler = async event => {
  const session = client.startSession();
  try {
    await orders.insertOne(event, { session });
  } finally {
    await session.endSession();
  }
};`),
    'a session of a script': driver(`const session = client.startSession();
async function add(order) {
  await orders.insertOne(order, { session });
}
for (const n of [1, 2]) await add({ _id: n });
await session.endSession();`),
  },
});
