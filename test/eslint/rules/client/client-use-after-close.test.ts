import { driver, testRule } from '../../support/test-rule.ts';

testRule('client-use-after-close', {
  wrong: {
    'a write after the close': driver(`await orders.insertOne({ _id: 1 });
await client.close();
await orders.insertOne({ _id: 2 }); // ←`),
  },
  right: {
    'a client that connects again': driver(`await client.close();
await client.connect();
await orders.insertOne({ _id: 2 });`),
    'a close in a branch that leaves': driver(`export async function run(stop) {
  if (stop) {
    await client.close();
    return;
  }
  await orders.insertOne({ _id: 2 });
}`),
  },
});
