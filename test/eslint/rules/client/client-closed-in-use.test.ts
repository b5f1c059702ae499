import { driver, testRule } from '../../support/test-rule.ts';

testRule('client-closed-in-use', {
  wrong: {
    'a close in the callback that still needs the client': driver(`await client.withSession(async session => {
  await orders.insertOne({ _id: 1 }, { session });
  await client.close(); // ←
});`),
    'a write that is not awaited, and a close': driver(`orders.insertOne({ _id: 1 });
await client.close(); // ←`),
    'a `forEach` with an async function, and a close': driver(`export async function seed(rows) {
  rows.forEach(async row => {
    await orders.insertOne(row);
  });
  await client.close(); // ←
}`),
    'a read that is returned without `await`': driver(`export async function first() {
  try {
    return orders.findOne({});
  } finally {
    await client.close(); // ←
  }
}`),
    '`main` is not awaited': driver(`async function main() {
  await orders.insertOne({ _id: 1 });
}
main().catch(console.error);
await client.close(); // ←`),
  },
  right: {
    'a close after all work': driver(`await Promise.all([1, 2].map(id => orders.insertOne({ _id: id })));
await client.close();`),
    'a shutdown handler':
      driver(`export const save = order => void orders.insertOne(order).catch(() => undefined);
process.once('SIGTERM', async () => {
  await client.close();
});`),
    'a read that is awaited in `try`': driver(`export async function first() {
  try {
    return await orders.findOne({});
  } finally {
    await client.close();
  }
}`),
  },
});
