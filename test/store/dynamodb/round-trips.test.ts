import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { dynamoBackendAt } from '../../../src/store/dynamodb/dynamo-backend.ts';
import { settableTime } from '../../../src/store/dynamodb/store-time.ts';
import { type Live, sessionStore, type SessionStore } from '../../../src/store/index.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { holdTime } from '../../support/held-time.ts';
import { type FaultyDynamo, startFaultyDynamo } from './support/faulty-dynamo.ts';
import { clientOf, tableWithoutTTL } from './support/table.ts';

type Data = Record<string, unknown>;

let time = Date.UTC(2026, 0, 1);
let server: FaultyDynamo;
let client: DynamoDBClient;
let store: SessionStore<Data>;
let live: Live<Data>;

beforeAll(async () => {
  server = await startFaultyDynamo(await dynamoEndpoint());
  client = clientOf(server.endpoint);
  const table = await tableWithoutTTL(client);
  const backend = dynamoBackendAt(settableTime({ now: () => time }), client, { table });
  store = sessionStore<Data>(backend, { keys: { tag: [randomBytes(32)] }, setUp: false, timeoutMS: 60_000 });
});

beforeEach(async () => {
  live = await store.create({ a: 1 }, { user: 'u' });
  server.seen();
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

test('a read is one request', async () => {
  await store.get(live.id);
  expect(server.seen()).toEqual(['GetItem']);
});

test('the reads of one turn of the event loop are one request for each hundred sessions', async () => {
  const others = await Promise.all(Array.from({ length: 149 }, (_, n) => store.create({ n })));
  server.seen();
  const ids = [live.id, ...others.map(({ id }) => id)];
  await Promise.all([...ids, ...ids].map(id => store.get(id)));
  expect(server.seen()).toEqual(['BatchGetItem', 'BatchGetItem']);
});

test('a read that refreshes is two', async () => {
  time += 1_600_000;
  await store.get(live.id);
  expect(server.seen()).toEqual(['GetItem', 'UpdateItem']);
  await store.get(live.id);
  expect(server.seen()).toEqual(['GetItem']);
});

test('a session without a user is one insert; a session of a user is an insert and a read of the revocation mark', async () => {
  await store.create({});
  expect(server.seen()).toEqual(['PutItem']);
  const login = await store.beginLogIn('u');
  expect(server.seen()).toEqual(['GetItem']);
  await store.create({}, { user: 'u', login });
  expect(server.seen()).toEqual(['PutItem', 'GetItem']);
});

test('the revocation marks that are looked at in one turn are one request for each hundred users', async () => {
  const users = Array.from({ length: 150 }, (_, n) => `user-${n}`);
  // Calls share a request only if they share a deadline, and the time for one may end in the middle of this turn.
  holdTime();
  await Promise.all([...users, ...users].map(user => store.beginLogIn(user)));
  expect(server.seen()).toEqual(['BatchGetItem', 'BatchGetItem']);
});

test('a patch of a small session is one request, and two if others have written the session since it was read', async () => {
  await store.patch(live, { a: 2 });
  expect(server.seen()).toEqual(['PutItem']);
  time += 1_600_000;
  await store.patch(live, { a: 3 });
  expect(server.seen()).toEqual(['PutItem', 'UpdateItem']);
});

test('a patch of a small part of a session is one request, also if others have written the session since it was read', async () => {
  const large = await store.create({ text: 'x'.repeat(3000) });
  server.seen();
  await store.patch(large, { a: 2 });
  await store.patch(large, { a: 3 });
  expect(server.seen()).toEqual(['UpdateItem', 'UpdateItem']);
  expect((await store.get(large.id))?.data).toMatchObject({ a: 3 });
});

test('a refresh does not make a patch two requests', async () => {
  time += 1_600_000;
  await store.get(live.id);
  expect(server.seen()).toEqual(['GetItem', 'UpdateItem']);
  await store.patch(live, { a: 2 });
  expect(server.seen()).toEqual(['PutItem']);
});

test('a destroy is one request', async () => {
  await store.destroy(live.id);
  expect(server.seen()).toEqual(['DeleteItem']);
});

test('an id of another form is not asked for', async () => {
  expect(await store.get('not-an-id')).toBeNull();
  expect(server.seen()).toEqual([]);
});
