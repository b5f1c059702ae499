import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamoBackendAt } from '../../../src/store/dynamodb/dynamo-backend.ts';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { serverTime } from '../../../src/store/dynamodb/store-time.ts';
import { hashId } from '../../../src/store/ids/session-id.ts';
import { sessionStore } from '../../../src/store/index.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { clientOf, tableWithoutTTL } from './support/table.ts';

const options = { keys: { tag: [randomBytes(32)] }, setUp: false, timeoutMS: 60_000 };
let client: DynamoDBClient;
let table: string;

beforeAll(async () => {
  client = clientOf(await dynamoEndpoint());
  table = await tableWithoutTTL(client);
});

afterAll(() => client.destroy());

const rawItem = async (id: string) => {
  const key = { pk: { S: id.slice(0, 12) }, sk: { S: `s#${hashId(id)}` } };
  const { Item: item } = await client.send(new GetItemCommand({ TableName: table, Key: key }));
  return item;
};

test('an expired session is still in the table, but the store returns null', async () => {
  const store = sessionStore(dynamoBackend(client, { table }), { ...options, idleSeconds: 1.5 });
  const { id } = await store.create({ a: 1 });
  const stored = await rawItem(id);
  expect(stored?.['d']).toEqual({ M: { _a: { S: '1' } } });
  await setTimeout(Math.max(0, Number(stored?.['x']?.N) - Date.now()));
  expect(Number((await rawItem(id))?.['e']?.N) * 1000).toBeLessThanOrEqual(Date.now() + 1000);
  // The server's time is known to the second, at first.
  await expect.poll(() => store.get(id, { refresh: false })).toBeNull();
  expect(await rawItem(id)).toEqual(stored);
});

test.each([5 * 60_000, -5 * 60_000])(
  'with an application whose clock is off by %i ms, times are those of the server',
  async offMS => {
    const clocks = { wall: () => Date.now() + offMS, now: () => performance.now() };
    const store = sessionStore(dynamoBackendAt(serverTime(clocks), client, { table }), options);
    const before = Date.now();
    const live = await store.create({ a: 1 }, { user: 'u' });
    expect(Math.abs(live.createdAt - before)).toBeLessThan(60_000);
    const right = sessionStore(dynamoBackend(client, { table }), options);
    expect((await right.get(live.id))?.data).toEqual({ a: 1 });
    expect((await store.get(live.id))?.data).toEqual({ a: 1 });
  },
);
