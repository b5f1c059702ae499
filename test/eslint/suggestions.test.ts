import { expect, test } from 'vitest';
import { lint } from './support/lint.ts';

const program = `export async function place(client, orders, order) {
  await client.withSession(async session => {
    orders.insertOne(order, { session });
  });
}
`;

test('the missing `await` is suggested, and the program that has it is right', () => {
  const [alarm] = lint(program, { rule: 'unawaited-operation' });
  const [suggestion] = alarm?.suggestions ?? [];
  expect(suggestion?.desc).toBe('Await it.');
  const [from = 0, to = 0] = suggestion?.fix.range ?? [];
  const fixed = program.slice(0, from) + suggestion?.fix.text + program.slice(to);
  expect(fixed).toContain('await orders.insertOne(order, { session });');
  expect(lint(fixed)).toEqual([]);
});

test('nothing is suggested where an `await` may not stand', () => {
  const inForEach = program.replace('orders.insertOne', 'const stored = orders.insertOne');
  const [alarm] = lint(inForEach, { rule: 'unawaited-operation' });
  expect(alarm?.suggestions).toEqual([]);
});

const inTransaction = (work: string, options = '{ session }') => `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri);
const orders = client.db().collection('orders');
const users = client.db().collection('users');
export const place = order =>
  client.withSession(${options === '{ session }' ? 'session' : 'own'} =>
    ${options === '{ session }' ? 'session' : 'own'}.withTransaction(async () => {
      await orders.insertOne(order, ${options});
      ${work}
    }),
  );
`;

test.each(['{ session }', '{ session: own }'])('the missing option %s is suggested', option => {
  const code = inTransaction('await users.updateOne({ _id: order.user }, { $inc: { n: 1 } });', option);
  const [alarm] = lint(code, { rule: 'outside-transaction' });
  const [suggestion] = alarm?.suggestions ?? [];
  expect(suggestion?.desc).toBe('Pass the session.');
  const [from = 0, to = 0] = suggestion?.fix.range ?? [];
  const fixed = code.slice(0, from) + suggestion?.fix.text + code.slice(to);
  expect(fixed).toContain(`updateOne({ _id: order.user }, { $inc: { n: 1 } }, ${option});`);
  expect(lint(fixed)).toEqual([]);
});

test.each([
  'await users.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { upsert: true });',
  'const session = order.shift; await users.updateOne({ _id: session }, { $inc: { n: 1 } });',
  'await users.aggregate([{ $out: "copy" }]).toArray();',
])('no option is suggested in `%s`', work => {
  const [alarm] = lint(inTransaction(work), { rule: 'outside-transaction' });
  expect(alarm?.suggestions).toEqual([]);
});

test.each([
  ['insertOne((order))', 'insertOne((order), { session })'],
  ['insertOne((await made()))', 'insertOne((await made()), { session })'],
  ['insertOne(((order)),)', 'insertOne(((order)), { session },)'],
  ['insertOne(order /* as it is */,)', 'insertOne(order, { session } /* as it is */,)'],
])('the option stands outside of parentheses: %s', (call, expected) => {
  const code = inTransaction(`await users.${call};`);
  const [alarm] = lint(code, { rule: 'outside-transaction' });
  const [suggestion] = alarm?.suggestions ?? [];
  const [from = 0, to = 0] = suggestion?.fix.range ?? [];
  const fixed = code.slice(0, from) + suggestion?.fix.text + code.slice(to);
  expect(fixed).toContain(`await users.${expected};`);
});
