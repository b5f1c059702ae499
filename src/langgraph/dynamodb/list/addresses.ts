import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { type Item, textAt } from '../../../dynamodb/items.ts';
import type { Step } from '../checkpoints/backwards.ts';
import { names } from '../items/stored.ts';
import { type Address, threadOf } from '../keys/partition.ts';
import { allCheckpoints, parseKey } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import type { ListQuery } from './list-query.ts';

/** The checkpoints of all threads, by a scan of the whole table; in any order. */
export async function* addresses(
  table: CheckpointTable,
  wanted: ListQuery,
  step: Step,
): AsyncGenerator<Address> {
  let after: Item | undefined;
  do {
    const page: ScanCommandOutput = await step(({ signal }) =>
      table.connection.send(scan(table, after), signal),
    );
    for (const item of page.Items ?? []) {
      const address = addressOf(table, item);
      if (address && (wanted.ns === undefined || address.ns === wanted.ns)) yield address;
    }
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
}

function scan(table: CheckpointTable, after: Item | undefined): ScanCommand {
  return new ScanCommand({
    TableName: table.name,
    FilterExpression: 'begins_with(#s, :c)',
    ProjectionExpression: '#p, #s',
    ExpressionAttributeNames: { '#p': names.partition, '#s': names.sort },
    ExpressionAttributeValues: { ':c': { S: allCheckpoints } },
    ConsistentRead: true,
    ...(after && { ExclusiveStartKey: { ...after } }),
  });
}

function addressOf(table: CheckpointTable, item: Item): Address | undefined {
  const thread = threadOf(table.keyPrefix, textAt(item, names.partition) ?? '');
  const key = parseKey(textAt(item, names.sort) ?? '');
  return thread !== undefined && key?.kind === 'checkpoint' ? { thread, ns: key.ns, id: key.id } : undefined;
}
