import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dynamoBackendAt } from '../../../src/store/dynamodb/dynamo-backend.ts';
import { settableTime } from '../../../src/store/dynamodb/store-time.ts';
import {
  type Live,
  sessionStore,
  type SessionStore,
  type SessionStoreOptions,
} from '../../../src/store/index.ts';
import { hashId } from '../../../src/store/ids/session-id.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { type FaultyDynamo, startFaultyDynamo } from './support/faulty-dynamo.ts';
import { clientOf, tableWithoutTTL } from './support/table.ts';

type Data = Record<string, unknown>;

const keys = { tag: [randomBytes(32)] };
let time = Date.UTC(2026, 0, 1);
let faulty: FaultyDynamo;
let client: DynamoDBClient;
let direct: DynamoDBClient;
let table: string;

beforeAll(async () => {
  const endpoint = await dynamoEndpoint();
  faulty = await startFaultyDynamo(endpoint);
  client = clientOf(faulty.endpoint);
  direct = clientOf(endpoint);
  table = await tableWithoutTTL(direct);
});

afterEach(() => faulty.setFaults(() => undefined));

afterAll(async () => {
  client.destroy();
  direct.destroy();
  await faulty.close();
});

function storeOn(through: DynamoDBClient, options: Partial<SessionStoreOptions> = {}): SessionStore<Data> {
  const backend = dynamoBackendAt(settableTime({ now: () => time }), through, { table });
  return sessionStore<Data>(backend, { keys, setUp: false, timeoutMS: 60_000, ...options });
}

type Fault = 'lose the answer' | { readonly error: string };

/** The first request of this kind has this fault; all others pass, after what is done `before` each. */
function once(operation: string, fault: Fault, before?: () => Promise<unknown>): () => number {
  let count = 0;
  faulty.setFaults(async asked => {
    if (asked !== operation) return undefined;
    count += 1;
    if (count === 1) return fault;
    await before?.();
    return undefined;
  });
  return () => count;
}

const throttled = { error: 'ProvisionedThroughputExceededException' };

test('a read that is throttled once gives the session', async () => {
  const store = storeOn(client);
  const { id } = await store.create({ a: 1 });
  const count = once('GetItem', throttled);
  expect((await store.get(id))?.data).toEqual({ a: 1 });
  expect(count()).toBe(2);
});

test('a log-in that cannot look at the revocation mark is rejected, and leaves no session', async () => {
  const store = storeOn(client);
  const login = await store.beginLogIn('unreadable');
  faulty.setFaults(asked => (asked === 'GetItem' ? throttled : undefined));
  await expect(store.create({}, { user: 'unreadable', login })).rejects.toMatchObject({ outcome: 'unknown' });
  faulty.setFaults(() => undefined);
  expect(await store.list('unreadable')).toEqual([]);
});

/** All that is asked of the server is rejected, and none of it is an answer. */
async function expectRejected(store: SessionStore<Data>, live: Live<Data>): Promise<void> {
  const calls = [store.get(live.id), store.patch(live, { a: 2 }), store.destroy(live.id), store.list('u')];
  const outcomes = await Promise.allSettled(calls);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailableError' } });
}

const failures = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'InternalServerError'];

test.each(failures)(
  'what fails with %s again and again rejects, is never null, and works again',
  async error => {
    const store = storeOn(client);
    const live = await store.create({ a: 1 }, { user: 'u' });
    const other = await store.create({ a: 1 });
    faulty.setFaults(() => ({ error }));
    await expectRejected(storeOn(client, { timeoutMS: 1000 }), live);
    faulty.setFaults(() => undefined);
    // Not the first session: a request that was given up may still be on its way to the server.
    expect((await store.get(other.id))?.data).toEqual({ a: 1 });
  },
);

test('retries end with `timeoutMS`', async () => {
  const store = storeOn(clientOf(faulty.endpoint, { maxAttempts: 1000 }), { timeoutMS: 500 });
  const { id } = await storeOn(direct).create({});
  faulty.setFaults(() => throttled);
  await expect(store.get(id)).rejects.toMatchObject({ code: 'ERR_SESSION_GUARD_STORE_TIMEOUT' });
  faulty.seen();
  await setTimeout(500);
  expect(faulty.seen().length).toBeLessThanOrEqual(1);
});

type Key = Record<string, AttributeValue>;

interface Batch {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly Key[] }>>;
}

/** Leaves the key of this hash out of so many batches. */
function leaveOut(sort: string, times: number): void {
  let left = times;
  faulty.setFaults(async (operation, input) => {
    if (operation !== 'BatchGetItem') return undefined;
    const asked = (input as unknown as Batch).RequestItems[table]?.Keys ?? [];
    const out = asked.filter(({ sk }) => sk?.S === sort);
    if (out.length === 0 || left === 0) return undefined;
    left -= 1;
    const keep = asked.filter(key => !out.includes(key));
    const Responses = { [table]: await itemsOf(keep) };
    return { answer: { Responses, UnprocessedKeys: { [table]: { Keys: out } } } };
  });
}

async function itemsOf(keep: readonly Key[]): Promise<readonly unknown[]> {
  const answers = await Promise.all(
    keep.map(key => direct.send(new GetItemCommand({ TableName: table, Key: key }))),
  );
  return answers.flatMap(({ Item: item }) => (item === undefined ? [] : [item]));
}

async function three(store: SessionStore<Data>): Promise<readonly string[]> {
  const lives = await Promise.all([1, 2, 3].map(n => store.create({ n })));
  return lives.map(({ id }) => id);
}

const sortOf = (id = ''): string => `s#${hashId(id)}`;

test('a key that is left out of a batch is asked for again', async () => {
  const store = storeOn(client);
  const ids = await three(store);
  leaveOut(sortOf(ids[1]), 2);
  faulty.seen();
  const found = await Promise.all(ids.map(id => store.get(id)));
  expect(found.map(live => live?.data['n'])).toEqual([1, 2, 3]);
  expect(faulty.seen()).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
});

test('a key that is left out again and again is rejected alone', async () => {
  const store = storeOn(client);
  const ids = await three(store);
  leaveOut(sortOf(ids[1]), Number.POSITIVE_INFINITY);
  const found = await Promise.allSettled([...ids, ids[0] ?? ''].map(id => store.get(id)));
  expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(found[1]).toMatchObject({ reason: { name: 'StoreUnavailableError', outcome: 'not done' } });
});

test('a create whose first answer is lost has created, and is not taken by itself', async () => {
  const store = storeOn(client);
  const count = once('PutItem', 'lose the answer');
  const { id } = await store.create({ a: 1 });
  expect(count()).toBe(2);
  expect((await store.get(id))?.data).toEqual({ a: 1 });
});

/** A small session is stored as a whole, one that is mostly unchanged is updated. */
const whole = { operation: 'PutItem', more: {} };
const part = { operation: 'UpdateItem', more: { text: 'x'.repeat(3000) } };

describe.each([whole, part])('an update by $operation whose first answer is lost', ({ operation, more }) => {
  test('is done once', async () => {
    const store = storeOn(client);
    const { id, version } = await store.create({ n: 0, ...more });
    const count = once(operation, 'lose the answer');
    const after = await store.update(id, data => ({ ...data, n: Number(data['n']) + 1 }));
    expect(count()).toBe(2);
    const expected = { data: { n: 1, ...more }, version: version + 1 };
    expect(after).toMatchObject(expected);
    expect(await store.get(id)).toMatchObject(expected);
  });

  test('and which others have written over, is unknown and no conflict', async () => {
    const store = storeOn(client);
    const live = await store.create({ n: 0, ...more });
    const { id } = live;
    once(operation, 'lose the answer', () => storeOn(direct).patch(live, { other: true }));
    const update = store.update(id, data => ({ ...data, n: Number(data['n']) + 1 }));
    await expect(update).rejects.toMatchObject({ name: 'StoreUnavailableError', outcome: 'unknown' });
    expect((await storeOn(direct).get(id))?.data).toEqual({ n: 1, ...more, other: true });
  });
});

test('a destroy whose answers are lost ends the successor of the session, too', async () => {
  const store = storeOn(client);
  const old = await store.create({ a: 1 }, { user: 'u' });
  const rotated = await store.rotate(old, { graceSeconds: 60 });
  if ('ended' in rotated) throw new Error('It has ended.');
  let count = 0;
  faulty.setFaults(operation => {
    if (operation !== 'DeleteItem') return undefined;
    count += 1;
    return count % 2 === 1 ? 'lose the answer' : undefined;
  });
  await store.destroy(old.id);
  expect(count).toBeGreaterThan(2);
  faulty.setFaults(() => undefined);
  expect(await store.get(rotated.id)).toBeNull();
  expect(await store.get(old.id)).toBeNull();
});

test('destroyAll counts a session whose removal got no answer', async () => {
  const store = storeOn(client);
  await store.create({}, { user: 'lost' });
  once('DeleteItem', 'lose the answer');
  expect(await store.destroyAll('lost')).toBe(1);
  expect(await store.list('lost')).toEqual([]);
});

test.each([
  { kind: 'refresh', operation: 'UpdateItem', more: {} },
  { kind: 'patch', ...whole },
  { kind: 'patch', ...part },
])('a $kind by $operation that arrives after the end of the session does not revive it', async way => {
  const store = storeOn(client, { idleSeconds: 100, refreshEverySeconds: 0 });
  const live = await store.create({ a: 1, ...way.more });
  time += 90_000;
  let count = 0;
  faulty.setFaults(operation => {
    if (operation !== way.operation) return undefined;
    count += 1;
    time = Math.max(time, live.expiresAt);
    return undefined;
  });
  const done = await (way.kind === 'refresh' ? store.get(live.id) : store.patch(live, { a: 2 }));
  expect(done === null || 'ended' in done).toBe(true);
  expect(count).toBeGreaterThan(0);
  expect(await store.get(live.id)).toBeNull();
});
