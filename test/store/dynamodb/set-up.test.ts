import { randomBytes } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { sessionStore, type SessionStore } from '../../../src/store/index.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { type FaultyDynamo, startFaultyDynamo } from './support/faulty-dynamo.ts';
import { clientOf, newTableName, tableWithoutTTL } from './support/table.ts';

const keys = { tag: [randomBytes(32)] };
let faulty: FaultyDynamo;
let client: DynamoDBClient;

beforeAll(async () => {
  faulty = await startFaultyDynamo(await dynamoEndpoint());
  client = clientOf(faulty.endpoint);
});

afterEach(() => faulty.setFaults(() => undefined));

afterAll(async () => {
  client.destroy();
  await faulty.close();
});

function storeOn(table: string): SessionStore<Record<string, unknown>> {
  return sessionStore(dynamoBackend(client, { table }), { keys, timeoutMS: 60_000 });
}

async function timeToLiveOf(table: string): Promise<unknown> {
  const { TimeToLiveDescription: found } = await client.send(
    new DescribeTimeToLiveCommand({ TableName: table }),
  );
  return found;
}

test('the first use makes the table, with TTL on `e`', async () => {
  const table = newTableName();
  const store = storeOn(table);
  const { id } = await store.create({ a: 1 });
  expect((await store.get(id))?.data).toEqual({ a: 1 });
  const { Table: made } = await client.send(new DescribeTableCommand({ TableName: table }));
  expect(made?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
  expect(made?.GlobalSecondaryIndexes).toBeUndefined();
  expect(await timeToLiveOf(table)).toEqual({ AttributeName: 'e', TimeToLiveStatus: 'ENABLED' });
});

test('several that set up at once all succeed', async () => {
  const table = newTableName();
  await Promise.all(Array.from({ length: 5 }, () => storeOn(table).setUp()));
  expect(await timeToLiveOf(table)).toMatchObject({ AttributeName: 'e' });
});

test('a table that is there is checked, and its TTL switched on', async () => {
  const table = await tableWithoutTTL(client);
  await storeOn(table).setUp();
  expect(await timeToLiveOf(table)).toMatchObject({ AttributeName: 'e' });
  faulty.seen();
  await storeOn(table).setUp();
  expect(faulty.seen()).toEqual(['DescribeTable', 'DescribeTimeToLive']);
});

const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });

const wrong: Readonly<Record<string, Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema'>>> = {
  'other names: id (S, HASH)': { AttributeDefinitions: [string('id')], KeySchema: [hash('id')] },
  'no sort key: pk (S, HASH)': { AttributeDefinitions: [string('pk')], KeySchema: [hash('pk')] },
  'another type: pk (S, HASH), sk (N, RANGE)': {
    AttributeDefinitions: [string('pk'), { AttributeName: 'sk', AttributeType: 'N' }],
    KeySchema: [hash('pk'), range('sk')],
  },
};

test.each(Object.entries(wrong))('a table with %s is refused', async (title, schema) => {
  const table = newTableName();
  const create = { TableName: table, BillingMode: 'PAY_PER_REQUEST', ...schema } as const;
  await client.send(new CreateTableCommand(create));
  const failure = storeOn(table).setUp();
  await expect(failure).rejects.toMatchObject({ code: 'ERR_SESSION_GUARD_STORE_SET_UP' });
  await expect(failure).rejects.toThrow(
    `has the keys ${title.split(': ')[1]}, and sessions need pk (S, HASH), sk (S, RANGE)`,
  );
});

test('a table in which `e` is a string is refused', async () => {
  const table = newTableName();
  const index = { KeySchema: [hash('pk'), range('e')], Projection: { ProjectionType: 'ALL' as const } };
  const command = new CreateTableCommand({
    TableName: table,
    AttributeDefinitions: ['pk', 'sk', 'e'].map(string),
    KeySchema: [hash('pk'), range('sk')],
    LocalSecondaryIndexes: [{ IndexName: 'by-e', ...index }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await client.send(command);
  await expect(storeOn(table).setUp()).rejects.toThrow("declares the attribute 'e' with type S");
});

test('a table whose TTL is on another attribute is refused, with the command that switches it off', async () => {
  const table = await tableWithoutTTL(client);
  const specification = { AttributeName: 'expires', Enabled: true };
  await client.send(
    new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: specification }),
  );
  const failure = storeOn(table).setUp();
  await expect(failure).rejects.toThrow("is on the attribute 'expires', and sessions need it on 'e'");
  await expect(failure).rejects.toThrow("'Enabled=false, AttributeName=expires'");
});

test('where TTL may not be changed again within the hour, sessions work, and a warning says so', async () => {
  const codes: unknown[] = [];
  const listen = (warning: Error) => codes.push('code' in warning && warning.code);
  process.on('warning', listen);
  const table = await tableWithoutTTL(client);
  const message = 'Time to live has been modified multiple times within a fixed interval';
  faulty.setFaults(operation =>
    operation === 'UpdateTimeToLive' ? { error: 'ValidationException', message } : undefined,
  );
  const store = storeOn(table);
  const { id } = await store.create({ a: 1 });
  expect((await store.get(id))?.data).toEqual({ a: 1 });
  process.off('warning', listen);
  expect(codes).toContain('SESSION_GUARD_TIME_TO_LIVE_OFF');
});

test.each(['DescribeTable', 'CreateTable', 'DescribeTimeToLive', 'UpdateTimeToLive'])(
  'without the right to %s the error names the rights and the way without them',
  async operation => {
    const denied = {
      error: 'AccessDeniedException',
      message: `not authorized to perform: dynamodb:${operation}`,
    };
    faulty.setFaults(asked => (asked === operation ? denied : undefined));
    const store = storeOn(newTableName());
    const failure = await store.setUp().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'ERR_SESSION_GUARD_STORE_SET_UP',
      cause: { message: expect.stringContaining(operation) as string },
    });
    expect(String(failure)).toContain('dynamodb:UpdateTimeToLive');
    expect(String(failure)).toContain('setUpCommands()');
    faulty.setFaults(() => undefined);
    await store.setUp();
  },
);

test('a missing table with `setUp: false` is an error, and not "no session"', async () => {
  const backend = dynamoBackend(client, { table: newTableName() });
  const store = sessionStore(backend, { keys, setUp: false });
  const id = `${'a'.repeat(12)}.${'b'.repeat(27)}`;
  await expect(store.get(id)).rejects.toMatchObject({ cause: { name: 'ResourceNotFoundException' } });
});

test('the commands make the same table', () => {
  expect(storeOn('shop-sessions').setUpCommands().split('\n')).toEqual([
    'aws dynamodb create-table --table-name shop-sessions --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=pk,AttributeType=S AttributeName=sk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE',
    'aws dynamodb wait table-exists --table-name shop-sessions',
    'aws dynamodb update-time-to-live --table-name shop-sessions --time-to-live-specification Enabled=true,AttributeName=e',
  ]);
});
