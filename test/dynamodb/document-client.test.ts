import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { emptyCheckpoint } from '@langchain/langgraph-checkpoint';
import { beforeAll, expect, test } from 'vitest';
import { DynamoDBSaver } from '../../src/langgraph/dynamodb/index.ts';
import { dynamoBackend } from '../../src/store/dynamodb/index.ts';
import { sessionStore } from '../../src/store/index.ts';
import { localClient } from '../langgraph/dynamodb/support/table.ts';

let client: DynamoDBDocumentClient;

beforeAll(async () => {
  client = DynamoDBDocumentClient.from(await localClient());
});

test('A `DynamoDBDocumentClient` serves the store of user sessions.', async () => {
  const keys = { tag: ['a secret of at least 32 random bytes'] };
  const backend = dynamoBackend(client, { table: `document-${process.pid}` });
  const store = sessionStore(backend, { keys, timeoutMS: 60_000 });
  const session = await store.create({ cart: ['tea'] });
  await store.patch(session, { visits: 1 });
  expect((await store.get(session.id))?.data).toEqual({ cart: ['tea'], visits: 1 });
});

test('A `DynamoDBDocumentClient` serves the checkpointer.', async () => {
  const saver = new DynamoDBSaver({ client, table: `document-checkpoints-${process.pid}` });
  await saver.setUp();
  const config = { configurable: { thread_id: 'thread-1', checkpoint_ns: '' } };
  const checkpoint = { ...emptyCheckpoint(), channel_values: { said: ['hello'] } };
  await saver.put(config, checkpoint, { source: 'input', step: -1, parents: {} }, { said: 1 });
  expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ said: ['hello'] });
});
