import { expect, test } from 'vitest';
import { lint, listed } from '../../support/lint.ts';
import { driver, testRule, withModels } from '../../support/test-rule.ts';
import { typescript } from '../../support/typescript.ts';

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
    'a throw between the start and the `try`': withModels(`export async function cancel(id) {
  const session = await mongoose.startSession(); // ←
  const order = await Order.findById(id).session(session);
  if (order.sent) throw new Error('sent');
  try {
    await Order.updateOne({ _id: id }, { cancelled: true }).session(session);
  } finally {
    await session.endSession();
  }
}`),
    'a session of a promise chain, with options in a variable':
      withModels(`export function place(order, next) {
  mongoose.startSession().then(async session => { // ←
    session.startTransaction();
    const options = { session };
    try {
      await Order.create([order], options);
      await session.commitTransaction();
    } catch (error) {
      await session.abortTransaction();
      next(error);
    }
  });
}`),
  },
  right: {
    'a loop by hand that gives up': driver(`export async function ship(id) {
  const session = client.startSession();
  for (;;) {
    session.startTransaction();
    try {
      await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
      await session.commitTransaction();
      break;
    } catch (error) {
      await session.abortTransaction();
      if (!error.hasErrorLabel('TransientTransactionError')) throw error;
    }
  }
  await session.endSession();
}`),
    'a throw that a `catch` takes': driver(`export async function ship(id) {
  const session = client.startSession();
  try {
    const order = await orders.findOne({ _id: id }, { session });
    if (order === null) throw new Error('no order');
    await session.endSession();
  } catch (error) {
    await session.endSession();
    throw error;
  }
}`),
    'an end in the callback of its runner, under the name of the parameter':
      driver(`export async function ship(id) {
  const session = client.startSession();
  await session.withSession?.(() => undefined);
  const done = await start(session);
  return done;
}
export async function send(id) {
  const session = client.startSession();
  return session.withTransaction(async session => {
    await orders.updateOne({ _id: id }, { $set: { sent: true } }, { session });
  }).finally(() => session.endSession());
}`),
    'a session of a promise chain that is handed on': withModels(`export function begin() {
  return mongoose.startSession().then(session => {
    session.startTransaction();
    return session;
  });
}`),
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

// The parser of ESLint 9.0 does not know `await using`, that of TypeScript does.
test.each([9, 10] as const)('ESLint %i is silent about `await using`', version => {
  const code = driver(`export async function ship(id) {
  await using session = client.startSession();
  await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
}`);
  const alarms = lint(code, { ...typescript, version });
  expect(alarms, listed(alarms)).toEqual([]);
});
