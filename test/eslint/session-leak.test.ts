import { driver, testRule, withModels } from './support/test-rule.ts';

testRule('session-leak', {
  wrong: {
    'a session that nothing ends': driver(`export async function ship(id) {
  const session = client.startSession(); // ←
  await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
}`),
    'a return before the end': withModels(`export async function cancel(id) {
  const session = await mongoose.startSession(); // ←
  session.startTransaction();
  const order = await Order.findById(id).session(session);
  if (!order) return null;
  await session.commitTransaction();
  session.endSession();
  return order;
}`),
    'an end in `try` alone': withModels(`export async function cancel(id, res) {
  const session = await mongoose.startSession(); // ←
  session.startTransaction();
  try {
    await Order.updateOne({ _id: id }, { cancelled: true }).session(session);
    await session.commitTransaction();
    session.endSession();
  } catch (error) {
    await session.abortTransaction();
    throw error;
  }
}`),
  },
  right: {
    'an end in `finally`, and returns in `try`': driver(`export async function ship(id) {
  const session = client.startSession();
  try {
    const order = await orders.findOne({ _id: id }, { session });
    if (order === null) return null;
    return order;
  } finally {
    await session.endSession();
  }
}`),
    'an end in `try` and in `catch`': driver(`export async function ship(id) {
  const session = client.startSession();
  try {
    await orders.findOne({ _id: id }, { session });
    await session.endSession();
  } catch (error) {
    await session.endSession();
    throw error;
  }
}`),
    'a session that is given to the caller': driver(`export function begin() {
  const session = client.startSession();
  session.startTransaction();
  return session;
}`),
    'a session that a map keeps': driver(`const open = new Map();
export function begin(id) {
  const session = client.startSession();
  open.set(id, session);
}`),
    '`await using`': driver(`export async function ship(id) {
  await using session = client.startSession();
  await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
}`),
    'a session that is marked with `keep`': driver(`import { keep } from 'session-guard';
export async function work() {
  const session = keep(client.startSession());
  await orders.findOne({}, { session });
}`),
    'the end of each branch': driver(`export async function ship(id) {
  const session = client.startSession();
  const order = await orders.findOne({ _id: id }, { session });
  if (order === null) {
    await session.endSession();
    return null;
  }
  await session.endSession();
  return order;
}`),
  },
});
