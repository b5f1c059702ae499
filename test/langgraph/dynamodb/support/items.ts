import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Checkpoints } from './table.ts';

type Item = Record<string, AttributeValue>;

/** All items of a thread, as they are stored. */
export async function itemsOf({ client, table }: Checkpoints, partition: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'thread_id = :t',
        ExpressionAttributeValues: { ':t': { S: partition } },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    );
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return items;
}

export async function sortKeysOf(table: Checkpoints, partition: string): Promise<readonly string[]> {
  return (await itemsOf(table, partition)).map(({ sk }) => sk?.S ?? '');
}
