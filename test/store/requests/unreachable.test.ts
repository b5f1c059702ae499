import { createServer } from 'node:net';
import { once } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { isUnreachable } from '../../../src/store/requests/set-up.ts';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { sessionStore, StoreUnavailableError } from '../../../src/store/index.ts';

test('A refused connection is known behind other errors; a lack of rights is none.', () => {
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  expect(isUnreachable(refused)).toBe(true);
  expect(
    isUnreachable(new Error('outer', { cause: new AggregateError([new Error('other'), refused]) })),
  ).toBe(true);
  expect(isUnreachable(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))).toBe(false);
  expect(isUnreachable(undefined)).toBe(false);
});

test('A server that is down at the first use is unavailable; its set-up is not at fault.', async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const endpoint = `http://127.0.0.1:${await closedPort()}`;
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials, maxAttempts: 1 });
  const keys = { tag: ['a secret of at least 32 random bytes'] };
  const store = sessionStore(dynamoBackend(client, { table: 'sessions' }), { keys });
  const error: unknown = await store.create({}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StoreUnavailableError);
  expect(error).toMatchObject({ outcome: 'not done' });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
