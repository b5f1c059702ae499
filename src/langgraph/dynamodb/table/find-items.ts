import { queryAll } from '../../../dynamodb/connection.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { Call } from '../calls/calls.ts';
import { names } from '../items/stored.ts';
import type { Address } from '../keys/partition.ts';
import { writesOf } from '../keys/sort-keys.ts';
import type { CheckpointTable } from './checkpoint-table.ts';

/** The items of all writes of a checkpoint, whether the checkpoint itself exists or not. */
export function findItems(table: CheckpointTable, address: Address, call: Call): Promise<readonly Item[]> {
  return findAll(table, address.thread, writesOf(address), call);
}

/** All items whose sort key has this prefix. */
export function findAll(
  table: CheckpointTable,
  thread: string,
  prefix: string,
  { signal }: Call,
): Promise<readonly Item[]> {
  const query = {
    TableName: table.name,
    KeyConditionExpression: '#p = :p AND begins_with(#s, :s)',
    ExpressionAttributeNames: { '#p': names.partition, '#s': names.sort },
    ExpressionAttributeValues: { ':p': table.partition(thread), ':s': { S: prefix } },
  };
  return queryAll(table.connection, query, signal);
}
