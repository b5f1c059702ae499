import { randomUUID } from 'node:crypto';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { checkpointOf, configOf, filler, metadata, putAll } from './support/checkpoints.ts';
import { itemsOf } from './support/items.ts';
import { DynamoDBSaver } from '../../../src/langgraph/dynamodb/index.ts';
import { type Checkpoints, newTable } from './support/table.ts';
let table: Checkpoints;
beforeAll(async () => { table = await newTable(); });
const mk = (o = {}) => new DynamoDBSaver({ client: table.client, table: table.table, ...o });

test('shared blob key: shorter TTL of writes', async () => {
  const t = randomUUID();
  const a = mk({ ttlSeconds: 86400 * 30 }), b = mk({ ttlSeconds: 3600 });
  const c = await putAll(a, configOf(t), { docs: filler(6000) });
  await b.putWrites(c, [['docs', filler(6000)]], 'task');
  const items = await itemsOf(table, t);
  const h = items.find(i => i.sk?.S?.endsWith('~')), bl = items.find(i => i.sk?.S?.startsWith('b'));
  expect(Number(bl?.expires_at?.N)).toBeGreaterThanOrEqual(Number(h?.expires_at?.N));
});
test('no ttl then ttl', async () => {
  const t = randomUUID();
  const a = mk(), b = mk({ ttlSeconds: 3600 });
  const c = await putAll(a, configOf(t), { docs: filler(6000) });
  await b.putWrites(c, [['docs', filler(6000)]], 'task');
  const bl = (await itemsOf(table, t)).filter(i => i.sk?.S?.startsWith('b'));
  expect(bl.some(i => i.expires_at === undefined)).toBe(true);
});
test('parent gone', async () => {
  const t = randomUUID();
  const c = await putAll(mk(), configOf(t), { a: 1, b: 1 });
  for (const { thread_id, sk } of await itemsOf(table, t)) await table.client.send(new DeleteItemCommand({ TableName: table.table, Key: { thread_id: thread_id!, sk: sk! } }));
  const cp = checkpointOf({ a: 1, b: 2 }, { channel_versions: { a: 1, b: 2 } });
  const s = mk();
  const d = await s.put(c, cp, metadata, { b: 2 });
  expect((await s.getTuple(d))?.checkpoint.channel_values).toEqual({ a: 1, b: 2 });
});
test('hole in groups', async () => {
  const t = randomUUID(); const s = mk({ timeoutMS: 1500 });
  const c = await putAll(s, configOf(t), { a: 1 });
  await s.putWrites(c, [['x', 1]], 'task');
  await s.putWrites(c, [['x', 1], ['y', 2]], 'task');
  const r0 = (await itemsOf(table, t)).find(i => i.sk?.S?.endsWith('r0'))!;
  await table.client.send(new DeleteItemCommand({ TableName: table.table, Key: { thread_id: r0['thread_id']!, sk: r0['sk']! } }));
  await s.putWrites(c, [['x', 1], ['y', 2], ['z', 3]], 'task');
  await s.putWrites(c, [['x', 1], ['y', 2], ['z', 3], ['q', 3]], 'task');
  expect((await s.getTuple(c))?.pendingWrites?.map(w => w[1])).toEqual(['x', 'y', 'z', 'q']);
});
test('keepAlive shortens', async () => {
  const t = randomUUID();
  const long = mk({ ttlSeconds: 86400 * 30 }), short = mk({ ttlSeconds: 3600 });
  // long parent holds blob; short child carries it; then due
  const c1 = await putAll(long, configOf(t), { docs: filler(6000) });
  const cp = checkpointOf({ docs: filler(6000) });
  const c2 = await short.put(c1, cp, metadata, {});
  const c3 = await putAll(short, c2, {});
  const { UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
  const it = (await itemsOf(table, t)).find(i => i.sk?.S?.includes(c2.configurable!['checkpoint_id']) && i.sk.S.endsWith('~'))!;
  await table.client.send(new UpdateItemCommand({ TableName: table.table, Key: { thread_id: it['thread_id']!, sk: it['sk']! }, UpdateExpression: 'SET expires_at = :e', ExpressionAttributeValues: { ':e': { N: String(Math.round(Date.now() / 1000) + 100) } } }));
  await short.getDeltaChannelHistory({ config: c3, channels: ['docs'] });
  await putAll(short, c3, {});
  const items = await itemsOf(table, t);
  const h = items.find(i => i.sk?.S?.includes(c1.configurable!['checkpoint_id']) && i.sk.S.endsWith('~')), bl = items.find(i => i.sk?.S?.startsWith('b'));
  expect(Number(bl?.expires_at?.N)).toBeGreaterThanOrEqual(Number(h?.expires_at?.N));
});
test('cross thread background failure', async () => {
  const t = randomUUID(), u = randomUUID();
  const client = { send: (cmd: any, o: any) => cmd.constructor.name === 'UpdateItemCommand' ? Promise.reject(Object.assign(new Error('no'), { name: 'ProvisionedThroughputExceededException' })) : table.client.send(cmd, o) };
  const s = mk({ ttlSeconds: 3600, client: client as any });
  const c1 = await putAll(mk({ ttlSeconds: 60 }), configOf(t), { docs: 1 });
  const c2 = await putAll(s, c1, {});
  await s.getDeltaChannelHistory({ config: c2, channels: ['docs'] });
  await putAll(s, configOf(u), { a: 1 });
});
