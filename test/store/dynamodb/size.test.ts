import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { sessionStore, type SessionStore } from '../../../src/store/index.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { type FaultyDynamo, startFaultyDynamo } from './support/faulty-dynamo.ts';
import { clientOf, tableWithoutTTL } from './support/table.ts';

const limit = 400 * 1024;
const tooLarge = { code: 'ERR_SESSION_GUARD_STORE_TOO_LARGE' };

let server: FaultyDynamo;
let client: DynamoDBClient;
let store: SessionStore<Record<string, unknown>>;

beforeAll(async () => {
  server = await startFaultyDynamo(await dynamoEndpoint());
  client = clientOf(server.endpoint);
  const table = await tableWithoutTTL(client);
  store = sessionStore(dynamoBackend(client, { table }), {
    keys: { tag: [randomBytes(32)] },
    setUp: false,
    timeoutMS: 60_000,
  });
  await store.create({});
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

test('a session of just under 400 KB is stored and read', async () => {
  const big = 'x'.repeat(limit - 400);
  const { id } = await store.create({ big });
  expect((await store.get(id))?.data).toEqual({ big });
});

test('a larger one is refused before anything is sent: its UTF-8 counts', async () => {
  server.seen();
  await expect(store.create({ big: 'x'.repeat(limit) })).rejects.toMatchObject(tooLarge);
  await expect(store.create({ big: '€'.repeat(limit / 3) })).rejects.toMatchObject(tooLarge);
  expect(server.seen()).toEqual([]);
});

test('a change that is too large is refused before it is sent', async () => {
  const live = await store.create({});
  server.seen();
  await expect(store.patch(live, { big: 'x'.repeat(limit) })).rejects.toMatchObject(tooLarge);
  expect(server.seen()).toEqual([]);
});

test('a change with which the session is too large is refused, and the session stays as it was', async () => {
  const live = await store.create({ a: 'x'.repeat(limit / 2) });
  await expect(store.patch(live, { b: 'x'.repeat(limit / 2) })).rejects.toMatchObject(tooLarge);
  expect(Object.keys((await store.get(live.id))?.data ?? {})).toEqual(['a']);
});

test('a change of more fields than an expression has room for is one change', async () => {
  const live = await store.create({ first: 1, last: 1 });
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`field ${n}`, n]));
  const patches = [store.patch(live, many, { unset: ['first'] }), store.patch(live, { other: 1 })];
  await Promise.all(patches);
  expect((await store.get(live.id))?.data).toEqual({ ...many, last: 1, other: 1 });
});

test('a name of 30,000 characters is a name', async () => {
  const live = await store.create({});
  const name = 'n.'.repeat(15_000);
  await store.patch(live, { [name]: 1 });
  expect((await store.get(live.id))?.data).toEqual({ [name]: 1 });
});
