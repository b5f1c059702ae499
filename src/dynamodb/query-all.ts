import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Connection } from './connection.ts';
import type { Item } from './items.ts';

/** All pages of a consistent query. */
export async function queryAll(
  connection: Connection,
  query: QueryCommandInput,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: Record<string, Item[string]> | undefined;
  do {
    const input = { ...query, ConsistentRead: true, ...(after && { ExclusiveStartKey: after }) };
    const page = await connection.send(new QueryCommand(input), signal);
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return items;
}
