import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { DynamoDBSaver, SessionGuardError } from '../../../src/langgraph/dynamodb/index.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { configOf, idsOf, putAll } from './support/checkpoints.ts';
import { errorAnswer, type FaultProxy, startFaultProxy } from './support/fault-proxy.ts';
import { localClient } from './support/table.ts';

const setUp = { code: codes.checkpointSetUp };

let client: DynamoDBClient;
let proxy: FaultProxy;
beforeAll(async () => {
  client = await localClient();
  proxy = await startFaultProxy(await dynamoEndpoint());
});
afterAll(() => proxy.close());

async function credentials(): Promise<never> {
  throw Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
}

const newName = (): string => `checkpoints-${randomUUID()}`;

async function makeTable(keys: readonly [string, 'HASH' | 'RANGE', 'S' | 'N'][]): Promise<string> {
  const table = newName();
  const input: CreateTableCommandInput = {
    TableName: table,
    AttributeDefinitions: keys.map(([AttributeName, , AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keys.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
    BillingMode: 'PAY_PER_REQUEST',
  };
  await client.send(new CreateTableCommand(input));
  return table;
}

describe('`setUp`', () => {
  test('makes a table on demand with TTL; again, and from several processes at once, it changes nothing', async () => {
    const table = newName();
    const savers = Array.from({ length: 4 }, () => new DynamoDBSaver({ client, table }));
    await Promise.all(savers.map(saver => saver.setUp()));
    await savers[0]?.setUp();
    const { Table: made } = await client.send(new DescribeTableCommand({ TableName: table }));
    expect(made?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    const { TimeToLiveDescription: ttl } = await client.send(
      new DescribeTimeToLiveCommand({ TableName: table }),
    );
    expect(ttl).toEqual({ AttributeName: 'expires_at', TimeToLiveStatus: 'ENABLED' });
    const stored = await putAll(new DynamoDBSaver({ client, table }), configOf(), { a: 1 });
    expect(await new DynamoDBSaver({ client, table }).getTuple(stored)).toBeDefined();
  });

  test('makes one with provisioned units where they are given', async () => {
    const table = newName();
    await new DynamoDBSaver({ client, table }).setUp({ billing: { readUnits: 7, writeUnits: 5 } });
    const { Table: made } = await client.send(new DescribeTableCommand({ TableName: table }));
    expect(made?.ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 7, WriteCapacityUnits: 5 });
  });
});

describe('what `setUp` refuses', () => {
  test('refuses a table with other keys, and says which', async () => {
    const table = await makeTable([['id', 'HASH', 'S']]);
    const made = new DynamoDBSaver({ client, table }).setUp();
    await expect(made).rejects.toMatchObject({ ...setUp, message: expect.stringContaining('id (S, HASH)') });
  });

  test('refuses a table whose TTL is on another attribute', async () => {
    const table = await makeTable([
      ['thread_id', 'HASH', 'S'],
      ['sk', 'RANGE', 'S'],
    ]);
    const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
    const made = new DynamoDBSaver({ client, table }).setUp();
    await expect(made).rejects.toMatchObject({ ...setUp, message: expect.stringContaining("'ttl'") });
  });

  test('says what is missing where it is not allowed', async () => {
    proxy.setFault(async ({ operation }) =>
      operation === 'CreateTable'
        ? errorAnswer('AccessDeniedException')
        : errorAnswer('ResourceNotFoundException'),
    );
    const saver = new DynamoDBSaver({
      client: await localClient({ endpoint: proxy.endpoint }),
      table: newName(),
    });
    const made = saver.setUp();
    await expect(made).rejects.toMatchObject({
      ...setUp,
      message: expect.stringContaining('dynamodb:CreateTable'),
    });
    proxy.setFault(undefined);
  });

  test.each([{ readUnits: 0, writeUnits: 1 }, 'provisioned', null, {}])(
    'refuses the billing %j',
    async billing => {
      const saver = new DynamoDBSaver({ client, table: newName() });
      const made = saver.setUp({ billing } as object);
      await expect(made).rejects.toMatchObject({ code: codes.invalidOption });
    },
  );
});

test.each([
  [{ billings: 'on-demand' }, "setUpCommands has no option 'billings'. Its options: billing."],
  [null, 'The options of setUpCommands must be an object.'],
  ['on-demand', 'The options of setUpCommands must be an object.'],
])('`setUp` refuses the options %j', async (options, message) => {
  const saver = new DynamoDBSaver({ client, table: 'checkpoints' });
  await expect(saver.setUp(options as object)).rejects.toMatchObject({ code: codes.invalidOption });
  expect(() => saver.setUpCommands(options as object)).toThrow(message);
});

describe('`setUpCommands`', () => {
  test('has equivalent commands', () => {
    const saver = new DynamoDBSaver({ client, table: 'checkpoints' });
    expect(saver.setUpCommands().split('\n')).toEqual([
      'aws dynamodb create-table --table-name checkpoints --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=thread_id,AttributeType=S AttributeName=sk,AttributeType=S --key-schema AttributeName=thread_id,KeyType=HASH AttributeName=sk,KeyType=RANGE',
      'aws dynamodb wait table-exists --table-name checkpoints',
      'aws dynamodb update-time-to-live --table-name checkpoints --time-to-live-specification Enabled=true,AttributeName=expires_at',
    ]);
    const provisioned = saver.setUpCommands({ billing: { readUnits: 7, writeUnits: 5 } });
    expect(provisioned).toContain('--provisioned-throughput ReadCapacityUnits=7,WriteCapacityUnits=5');
  });
});

describe('what only a change of the set-up mends', () => {
  test('a missing table is an error of its own, and never a missing checkpoint', async () => {
    const saver = new DynamoDBSaver({ client, table: newName() });
    const missing = {
      ...setUp,
      message: expect.stringContaining('setUp()'),
      cause: { name: 'ResourceNotFoundException' },
    };
    await expect(saver.getTuple(configOf())).rejects.toMatchObject(missing);
    await expect(putAll(saver, configOf(), {})).rejects.toMatchObject(missing);
    await expect(saver.putWrites(configOf('a', '', 'b'), [['a', 1]], 'task')).rejects.toMatchObject(missing);
    await expect(idsOf(saver.list({}))).rejects.toMatchObject(missing);
    await expect(saver.deleteThread('a')).rejects.toMatchObject(missing);
  });

  test('so is a table that is deleted while it is used', async () => {
    const saver = new DynamoDBSaver({ client, table: newName() });
    await saver.setUp();
    const stored = await putAll(saver, configOf(), {});
    const name = JSON.parse(JSON.stringify(saver.setUpCommands())).match(/--table-name (\S+)/)?.[1];
    await client.send(new DeleteTableCommand({ TableName: name }));
    await expect(saver.getTuple(stored)).rejects.toMatchObject(setUp);
  });

  test('so are other keys, missing rights and missing credentials', async () => {
    const other = await makeTable([['id', 'HASH', 'S']]);
    await expect(putAll(new DynamoDBSaver({ client, table: other }), configOf(), {})).rejects.toMatchObject(
      setUp,
    );
    const denied = new DynamoDBSaver({
      client: await localClient({ endpoint: proxy.endpoint }),
      table: other,
    });
    proxy.setFault(async () => errorAnswer('AccessDeniedException'));
    await expect(denied.getTuple(configOf())).rejects.toMatchObject({
      ...setUp,
      message: expect.stringContaining('may not'),
    });
    proxy.setFault(undefined);
    const nobody = new DynamoDBSaver({ client: await localClient({ credentials }), table: other });
    await expect(nobody.getTuple(configOf())).rejects.toMatchObject({
      ...setUp,
      message: expect.stringContaining('credentials'),
    });
  });
});

describe('an error of the client', () => {
  test('all other errors of the client are given on as they are', async () => {
    const down = await localClient({ endpoint: 'http://127.0.0.1:9', maxAttempts: 1 });
    const error = await new DynamoDBSaver({ client: down, table: 'abc' })
      .getTuple(configOf())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(error).not.toBeInstanceOf(SessionGuardError);
  });
});

describe('the options', () => {
  test.each([
    [undefined, 'needs options'],
    [{ table: 'abc' }, "'client'"],
    [{ client: {}, table: 'abc' }, "'client'"],
    [{ client: { send() {} } }, "'table'"],
    [{ client: { send() {} }, table: 'ab' }, "'table'"],
    [{ client: { send() {} }, table: 'a table' }, "'table'"],
    [{ client: { send() {} }, table: 'abc', ttl: 60 }, "no option 'ttl'"],
    [{ client: { send() {} }, table: 'abc', ttlSeconds: 59 }, "'ttlSeconds'"],
    [{ client: { send() {} }, table: 'abc', ttlSeconds: 60.5 }, "'ttlSeconds'"],
    [{ client: { send() {} }, table: 'abc', fenceSeconds: 60 }, "'fenceSeconds'"],
    [{ client: { send() {} }, table: 'abc', timeoutMS: 99 }, "'timeoutMS'"],
    [{ client: { send() {} }, table: 'abc', timeoutMS: 2 ** 31 }, "'timeoutMS'"],
    [{ client: { send() {} }, table: 'abc', strict: 'yes' }, "'strict'"],
    [{ client: { send() {} }, table: 'abc', keyPrefix: '\ud800' }, "'keyPrefix'"],
    [{ client: { send() {} }, table: 'abc', serde: {} }, "'serde'"],
  ])('%o is refused, and the message says why', (options, text) => {
    const make = (): DynamoDBSaver => new DynamoDBSaver(options as never);
    expect(make).toThrow(
      expect.objectContaining({ code: codes.invalidOption, message: expect.stringContaining(text) }),
    );
  });

  test('the serializer that is given makes and reads everything', async () => {
    const types = new Set<string>();
    const serde = {
      dumpsTyped: async (value: unknown): Promise<[string, Uint8Array]> => [
        'base64',
        Buffer.from(Buffer.from(JSON.stringify(value)).toString('base64')),
      ],
      loadsTyped: async (type: string, data: Uint8Array | string): Promise<unknown> => {
        types.add(type);
        return JSON.parse(Buffer.from(Buffer.from(data).toString(), 'base64').toString());
      },
    };
    const saver = new DynamoDBSaver({ client, table: newName(), serde });
    await saver.setUp();
    const stored = await putAll(saver, configOf(), { a: 'x'.repeat(5000), b: 1 });
    await saver.putWrites(stored, [['a', 2]], 'task');
    const tuple = await saver.getTuple(stored);
    expect(tuple?.checkpoint.channel_values).toEqual({ a: 'x'.repeat(5000), b: 1 });
    expect(tuple?.pendingWrites).toEqual([['task', 'a', 2]]);
    expect([...types]).toEqual(['base64']);
  });
});
