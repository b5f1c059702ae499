import { driver } from '../support/test-rule.ts';
import { testSuggestion } from '../support/test-suggestion.ts';

testSuggestion({
  rule: 'session-leak',
  says: 'End the session in a `finally` block.',
  offered: {
    'a session that nothing ends': {
      code: driver(`export async function ship(id) {
  const session = client.startSession();
  session.startTransaction();
  const order = await orders.findOne({ _id: id }, { session });
  if (order === null) throw new Error('no order');
  await session.commitTransaction();
  return order;
}`),
      changes: {
        'session.startTransaction();': 'try { session.startTransaction();',
        'return order;': 'return order; } finally { await session.endSession(); }',
      },
    },
    'an end in `try` alone': {
      code: driver(`export async function ship(id) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
    await session.commitTransaction();
    session.endSession();
  } catch (error) {
    await session.abortTransaction();
    throw error;
  }
}`),
      changes: { 'throw error;\n  }': 'throw error;\n  } finally { await session.endSession(); }' },
    },
  },
  silent: {
    'work that is still in flight at the end': driver(`export async function ship(id) {
  const session = client.startSession();
  return orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
}`),
    'a session that a callback uses': driver(`export async function ship(ids) {
  const session = client.startSession();
  await Promise.allSettled(ids.map(async id => {
    await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
  }));
}`),
    'a function in the rest, which may be called before': driver(`export async function ship(id) {
  const session = client.startSession();
  await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
  function late() {}
}`),
    'a function that is not async': driver(`export function ship(id) {
  const session = client.startSession();
  session.startTransaction();
}`),
    'a `return` before the end, which stands elsewhere': driver(`export async function ship(id) {
  const session = client.startSession();
  const order = await orders.findOne({ _id: id }, { session });
  if (order === null) return null;
  await session.endSession();
  return order;
}`),
  },
});
