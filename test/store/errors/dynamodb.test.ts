import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { type SessionStore, sessionStore } from '../../../src/store/index.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { type FaultyDynamo, startFaultyDynamo } from '../dynamodb/support/faulty-dynamo.ts';
import { clientOf, tableWithoutTTL } from '../dynamodb/support/table.ts';
import { createWith, type Data, dataWith, expectNoData, failuresOf, newMarks, secretsOf } from './marks.ts';

const marks = newMarks();
let faulty: FaultyDynamo;
let client: DynamoDBClient;
let store: SessionStore<Data>;

beforeAll(async () => {
  const endpoint = await dynamoEndpoint();
  faulty = await startFaultyDynamo(endpoint);
  client = clientOf(faulty.endpoint, { maxAttempts: 1 });
  const table = await tableWithoutTTL(client);
  const options = { keys: { tag: [marks.key] }, setUp: false, timeoutMS: 60_000 };
  store = sessionStore<Data>(dynamoBackend(client, { table }), options);
});
afterEach(() => faulty.setFaults(() => undefined));
afterAll(async () => {
  client.destroy();
  await faulty.close();
});

describe('No error says anything of a session, with DynamoDB:', () => {
  const errors = [
    'ValidationException',
    'ProvisionedThroughputExceededException',
    'AccessDeniedException',
    'InternalServerError',
    'ItemCollectionSizeLimitExceededException',
  ];

  test.each(errors)('when the service says %s, and quotes what it was asked', async error => {
    const session = await createWith(store, marks);
    faulty.setFaults((_, input) => ({ error, message: `Bad: ${JSON.stringify(input)}` }));
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 12);
  });

  test('when the answers are lost', async () => {
    const session = await createWith(store, marks);
    faulty.setFaults(() => 'lose the answer');
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 10);
  });

  test('when a session is too large', async () => {
    const session = await createWith(store, marks);
    const large = { ...dataWith(marks), large: marks.value.repeat(30_000) };
    const failures = await Promise.all([
      failureOf(store.create(large, { user: marks.user })),
      failureOf(store.patch(session, large)),
    ]);
    expectNoData(failures, secretsOf(marks, session), 2);
    expect(session.user).toBe(marks.user);
  });
});
