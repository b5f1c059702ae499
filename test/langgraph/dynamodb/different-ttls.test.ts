import { randomUUID } from 'node:crypto';
import { type AttributeValue, DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkpointOf, configOf, filler, metadata, putAll } from './support/checkpoints.ts';
import { itemsOf } from './support/items.ts';
import { type Checkpoints, newTable } from './support/table.ts';

type Item = Record<string, AttributeValue>;

const keyPrefix = '';
const ttlSeconds = 3600;
const now = (): number => Date.now() / 1000;

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

function keyOf({ thread_id: partition = { S: '' }, sk = { S: '' } }: Item): Item {
  return { thread_id: partition, sk };
}

async function removeItems(items: readonly Item[]): Promise<void> {
  for (const item of items)
    await table.client.send(new DeleteItemCommand({ TableName: table.table, Key: keyOf(item) }));
}

/** What DynamoDB may have deleted so many seconds from now. */
async function expiringBefore(thread: string, inSeconds: number): Promise<readonly Item[]> {
  const items = await itemsOf(table, thread);
  return items.filter(({ expires_at: at }) => at !== undefined && Number(at.N) < now() + inSeconds);
}

async function expireHeader(thread: string, id: string, inSeconds: number): Promise<void> {
  await table.client.send(
    new UpdateItemCommand({
      TableName: table.table,
      Key: { thread_id: { S: thread }, sk: { S: `c!!${id}!~` } },
      UpdateExpression: 'SET expires_at = :e',
      ConditionExpression: 'attribute_exists(sk)',
      ExpressionAttributeValues: { ':e': { N: String(Math.round(now() + inSeconds)) } },
    }),
  );
}

describe('savers with different `ttlSeconds`', () => {
  const long = ttlSeconds * 100;
  const values = { documents: filler(10_000) };

  test.each([long, undefined])(
    'a value of a checkpoint that has %s is not shortened by the same value in a later write',
    async first => {
      const saver = table.saver({ keyPrefix, ...(first !== undefined && { ttlSeconds: first }) });
      const config = await putAll(saver, configOf(), values);
      await table
        .saver({ keyPrefix, ttlSeconds })
        .putWrites(config, [['documents', values.documents]], 'task');
      const thread = String(config.configurable?.['thread_id']);
      await removeItems(await expiringBefore(thread, ttlSeconds * 2));
      expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
    },
  );

  test.each([long, undefined])(
    'a value of a checkpoint that has %s is not shortened when one that shares it is kept',
    async first => {
      const thread = randomUUID();
      const saver = table.saver({ keyPrefix, ...(first !== undefined && { ttlSeconds: first }) });
      const config = await putAll(saver, configOf(thread), values);
      const child = await table
        .saver({ keyPrefix, ttlSeconds })
        .put(config, checkpointOf(values), metadata, {});
      const last = await putAll(table.saver({ keyPrefix, ttlSeconds }), child, {});
      await expireHeader(thread, String(child.configurable?.['checkpoint_id']), ttlSeconds / 3);
      const reader = table.saver({ keyPrefix, ttlSeconds });
      await reader.getDeltaChannelHistory({ config: last, channels: ['documents'] });
      await putAll(reader, last, {});
      await removeItems(await expiringBefore(thread, ttlSeconds * 2));
      expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
    },
  );
});

test('what a parent carried is stored again when the parent is deleted while the run is under way', async () => {
  const thread = randomUUID();
  const config = await putAll(table.saver({ keyPrefix, ttlSeconds }), configOf(thread), {
    kept: 1,
    changed: 1,
  });
  await removeItems(await itemsOf(table, thread));
  const values = { kept: 1, changed: 2 };
  const child = checkpointOf(values, { channel_versions: values });
  const next = await table.saver({ keyPrefix, ttlSeconds }).put(config, child, metadata, { changed: 2 });
  expect((await table.saver({ keyPrefix, ttlSeconds }).getTuple(next))?.checkpoint.channel_values).toEqual(
    values,
  );
});
