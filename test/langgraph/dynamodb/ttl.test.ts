import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { DynamoDBSaver, type DynamoDBSaverOptions } from '../../../src/langgraph/dynamodb/index.ts';
import { startDynamoDB } from '../../../scripts/servers/dynamodb/dynamodb.mjs';
import { checkpointOf, configOf, filler, idsOf, metadata, putAll } from './support/checkpoints.ts';
import { itemsOf } from './support/items.ts';
import { type Checkpoints, localClient } from './support/table.ts';

/** Without TTL: DynamoDB Local deletes within a second what stays for days elsewhere. */
let table: Checkpoints;
beforeAll(async () => {
  const client = await localClient();
  const name = `checkpoints-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: ['thread_id', 'sk'].map(AttributeName => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: 'thread_id', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  table = { client, table: name, saver: options => new DynamoDBSaver({ client, table: name, ...options }) };
});

const ttlSeconds = 3600;
const now = (): number => Date.now() / 1000;

function saverWith(options: Partial<DynamoDBSaverOptions> = {}): DynamoDBSaver {
  return table.saver({ ttlSeconds, ...options });
}

/** Sets when the items of a thread expire, in seconds from now. */
async function expire(thread: string, inSeconds: number, at = table): Promise<void> {
  const items = await itemsOf(at, thread);
  await Promise.all(
    items.map(({ thread_id: partition = { S: '' }, sk = { S: '' } }) =>
      at.client.send(
        new UpdateItemCommand({
          TableName: at.table,
          Key: { thread_id: partition, sk },
          UpdateExpression: 'SET expires_at = :e',
          ExpressionAttributeValues: { ':e': { N: String(Math.round(now() + inSeconds)) } },
        }),
      ),
    ),
  );
}

async function expiries(thread: string, kind: RegExp): Promise<readonly number[]> {
  const items = (await itemsOf(table, thread)).filter(({ sk }) => kind.test(sk?.S ?? ''));
  return items.map(({ expires_at: at }) => Number(at?.N));
}

const header = /^c.*~$/;

async function removeItem(item: Awaited<ReturnType<typeof itemsOf>>[number] | undefined): Promise<void> {
  const { thread_id: partition = { S: '' }, sk = { S: '' } } = item ?? {};
  await table.client.send(
    new DeleteItemCommand({ TableName: table.table, Key: { thread_id: partition, sk } }),
  );
}

async function chain(
  saver: DynamoDBSaver,
  thread: string,
  length: number,
): Promise<readonly (typeof config)[]> {
  let config = configOf(thread);
  const configs = [];
  for (let step = 0; step < length; step += 1) {
    config = await putAll(saver, config, step === 0 ? { messages: filler(5000) } : {});
    await saver.putWrites(config, [['messages', step]], `task-${step}`);
    configs.push(config);
  }
  return configs;
}

describe('the TTL attribute', () => {
  test('is a whole number of seconds in every item, and what a checkpoint needs outlives it', async () => {
    const saver = saverWith();
    const thread = randomUUID();
    const config = await putAll(saver, configOf(thread), { large: filler(900_000), small: 1 });
    await saver.putWrites(
      config,
      [
        ['a', filler(10_000)],
        ['__interrupt__', 1],
      ],
      'task',
    );
    const items = await itemsOf(table, thread);
    expect(items.length).toBeGreaterThanOrEqual(6);
    for (const { expires_at: at } of items) expect(at?.N).toMatch(/^\d+$/);
    const [own = 0] = await expiries(thread, header);
    expect(own - now()).toBeGreaterThan(ttlSeconds - 60);
    expect(own - now()).toBeLessThan(ttlSeconds + 2);
    for (const other of await expiries(thread, /^b|!w!/)) expect(other).toBeGreaterThan(own);
    await saver.deleteThread(thread);
    const [deleted = 0] = await expiries(thread, /^f$/);
    expect(Math.abs(deleted - now() - 2_592_000)).toBeLessThan(60);
  });

  test('is one that DynamoDB deletes by', async () => {
    // One of its own: with the tables of all other tests it takes long.
    await using server = await startDynamoDB();
    const client = await localClient({ endpoint: server.endpoint });
    const real = { ...table, client };
    await new DynamoDBSaver({ client, table: table.table }).setUp();
    const thread = randomUUID();
    const saver = new DynamoDBSaver({ client, table: table.table, ttlSeconds });
    const config = await putAll(saver, configOf(thread), { large: filler(10_000) });
    await expire(thread, -10, real);
    await expect.poll(() => itemsOf(real, thread), { timeout: 150_000 }).toEqual([]);
    expect(await saver.getTuple(config)).toBeUndefined();
  });

  test('is not there without `ttlSeconds`', async () => {
    const thread = randomUUID();
    await putAll(saverWith({ ttlSeconds: undefined }), configOf(thread), { a: filler(10_000) });
    for (const { expires_at: at } of await itemsOf(table, thread)) expect(at).toBeUndefined();
  });
});

describe('a checkpoint past its TTL that is not deleted yet', () => {
  test('is read by default', async () => {
    const saver = saverWith();
    const thread = randomUUID();
    await putAll(saver, configOf(thread), { a: 1 });
    await expire(thread, -10);
    expect(await saver.getTuple(configOf(thread))).toBeDefined();
    expect(await idsOf(saver.list(configOf(thread)))).toHaveLength(1);
  });

  test('is not there when `strict`, whatever is left of older ones', async () => {
    const saver = saverWith({ strict: true });
    const thread = randomUUID();
    const config = await putAll(saver, configOf(thread), { a: 1 });
    expect(await saver.getTuple(config)).toBeDefined();
    await expire(thread, -1);
    expect(await saver.getTuple(config)).toBeUndefined();
    expect(await saver.getTuple(configOf(thread))).toBeUndefined();
    expect(await idsOf(saver.list(configOf(thread)))).toEqual([]);
  });

  test('whose large values are deleted already is gone; before its time that is an error', async () => {
    const saver = saverWith();
    const thread = randomUUID();
    const config = await putAll(saver, configOf(thread), { a: filler(10_000) });
    const blob = (await itemsOf(table, thread)).find(({ sk }) => sk?.S?.startsWith('b!'));
    await removeItem(blob);
    await expect(saver.getTuple(config)).rejects.toMatchObject({ code: codes.checkpointUnreadable });
    await expect(idsOf(saver.list(configOf(thread)))).rejects.toMatchObject({
      code: codes.checkpointUnreadable,
    });
    await expire(thread, -10);
    expect(await saver.getTuple(config)).toBeUndefined();
    expect(await idsOf(saver.list(configOf(thread)))).toEqual([]);
  });
});

describe('what later checkpoints carry on', () => {
  test('is written again when it would go before them', async () => {
    const saver = saverWith();
    const thread = randomUUID();
    const values = { documents: filler(20_000), step: 1 };
    const config = await putAll(saver, configOf(thread), values);
    const next = async (from: typeof config, step: number): Promise<typeof config> => {
      const versions = { documents: 1, step };
      return saverWith().put(
        from,
        checkpointOf({ ...values, step }, { channel_versions: versions }),
        metadata,
        { step },
      );
    };
    const second = await next(config, 2);
    expect(await expiries(thread, /^b/)).toHaveLength(1);
    // As if it was written long ago.
    const [blob = 0] = await expiries(thread, /^b/);
    expect(blob).toBeGreaterThan(now() + ttlSeconds);
    const later = new DynamoDBSaver({
      client: table.client,
      table: table.table,
      ttlSeconds: ttlSeconds * 10,
    });
    const changed = { channel_versions: { documents: 1, step: 3 } };
    await later.put(second, checkpointOf({ ...values, step: 3 }, changed), metadata, { step: 3 });
    const [own = 0] = (await expiries(thread, header)).slice(-1);
    expect(Math.max(...(await expiries(thread, /^b/)))).toBeGreaterThan(own);
    expect((await later.getTuple(configOf(thread)))?.checkpoint.channel_values).toEqual({
      ...values,
      step: 3,
    });
  });
});

describe('checkpoints that later ones are built on', () => {
  test('are kept when less than half of their time is left, with all that they need', async () => {
    const saver = saverWith();
    const thread = randomUUID();
    const configs = await chain(saver, thread, 4);
    await expire(thread, ttlSeconds / 3);
    const [latest] = configs.slice(-1);
    await saver.getDeltaChannelHistory({ config: latest ?? {}, channels: ['messages'] });
    await putAll(saver, latest ?? {}, {});
    // The one that was asked for, too: an ancestor that outlives it would be the latest.
    const own = (await expiries(thread, header)).slice(0, 4);
    expect(Math.min(...own)).toBeGreaterThan(now() + ttlSeconds - 60);
    const needed = await expiries(thread, /^b/);
    expect(Math.min(...needed)).toBeGreaterThan(Math.max(...own));
  });

  test('are left alone while they have more', async () => {
    const saver = saverWith();
    const thread = randomUUID();
    const configs = await chain(saver, thread, 3);
    await expire(thread, ttlSeconds * 0.75);
    await saver.getDeltaChannelHistory({ config: configs.at(-1) ?? {}, channels: ['messages'] });
    await putAll(saver, configs.at(-1) ?? {}, {});
    for (const at of (await expiries(thread, header)).slice(0, 2))
      expect(at).toBeLessThan(now() + ttlSeconds * 0.8);
  });
});
