import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { type SessionStore, sessionStore } from '../../../src/store/index.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { type Fault, type FaultyDynamo, startFaultyDynamo } from './support/faulty-dynamo.ts';
import { clientOf, tableWithoutTTL } from './support/table.ts';

let faulty: FaultyDynamo;
let client: DynamoDBClient;
let store: SessionStore<Record<string, unknown>>;

beforeAll(async () => {
  const endpoint = await dynamoEndpoint();
  faulty = await startFaultyDynamo(endpoint);
  client = clientOf(faulty.endpoint, { maxAttempts: 3 });
  const table = await tableWithoutTTL(client);
  const options = { keys: { tag: [randomBytes(32)] }, setUp: false, timeoutMS: 60_000 };
  store = sessionStore(dynamoBackend(client, { table }), options);
});
afterEach(() => faulty.setFaults(() => undefined));
afterAll(async () => {
  client.destroy();
  await faulty.close();
});

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** Each try of a write has the next of these, and the last one again and again. */
function failing(...faults: readonly Fault[]): void {
  const counts = new Map<string, number>();
  faulty.setFaults(operation => {
    if (!writes.has(operation)) return undefined;
    const count = counts.get(operation) ?? 0;
    counts.set(operation, count + 1);
    return faults[Math.min(count, faults.length - 1)];
  });
}

const throttled = { error: 'ThrottlingException' };
const refused = { error: 'ValidationException' };

test.each([
  ['a refusal', 'not done', [refused]],
  ['no right to write', 'not done', [{ error: 'AccessDeniedException' }]],
  ['throttling, however often it was tried', 'not done', [throttled]],
  ['an error of the service', 'unknown', [{ error: 'InternalServerError' }]],
  ['a refusal after a try that got no answer', 'unknown', ['lose the answer', refused]],
] as const)('A write that ends with %s is %s.', async (_, outcome, faults) => {
  for (const write of ['create', 'patch', 'destroyAll'] as const) {
    const session = await store.create({ a: 1 }, { user: 'ann' });
    failing(...faults);
    const calls = {
      create: () => store.create({ a: 2 }),
      patch: () => store.patch(session, { a: 2 }),
      destroyAll: () => store.destroyAll('ann'),
    };
    expect(await failureOf(calls[write]())).toMatchObject({ outcome });
    faulty.setFaults(() => undefined);
  }
});

test('If the sweep is refused after the revocation mark was set, the outcome is unknown.', async () => {
  await store.create({}, { user: 'bob' });
  faulty.setFaults(operation => (operation === 'DeleteItem' ? refused : undefined));
  await expect(store.destroyAll('bob')).rejects.toMatchObject({ outcome: 'unknown' });
});
