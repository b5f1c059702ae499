import { type TransactWriteItem, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { refusedBy } from '../../../dynamodb/errors.ts';
import { textAt } from '../../../dynamodb/items.ts';
import type { Call } from '../calls/calls.ts';
import { names } from '../items/stored.ts';
import { fenceKey } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';

// The fence of a deleted thread is the id of its newest checkpoint. Checkpoints that come from that checkpoint, or from an older
// one, belong to runs that were active when the thread was deleted: they are refused.

/** The condition for a new item: all its ancestors are newer than the fence, if there is one. */
export function openFence(table: CheckpointTable, thread: string, oldest: string): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: table.key(thread, fenceKey),
      ConditionExpression: 'attribute_not_exists(#o) OR #o < :oldest',
      ExpressionAttributeNames: { '#o': names.oldest },
      ExpressionAttributeValues: { ':oldest': { S: oldest } },
    },
  };
}

/** @returns undefined if the thread was never deleted */
export async function readFence(
  table: CheckpointTable,
  thread: string,
  call: Call,
): Promise<string | undefined> {
  const item = await table.get(thread, fenceKey, call);
  return item && textAt(item, names.oldest);
}

/** Sets a fence, or raises it. A fence is never lowered. */
export async function raiseFence(
  table: CheckpointTable,
  fence: { readonly thread: string; readonly newest: string; readonly expires: number },
  { signal }: Call,
): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table.name,
    Key: table.key(fence.thread, fenceKey),
    UpdateExpression: 'SET #o = :newest, #e = :expires',
    ConditionExpression: 'attribute_not_exists(#o) OR #o <= :newest',
    ExpressionAttributeNames: { '#o': names.oldest, '#e': names.expires },
    ExpressionAttributeValues: { ':newest': { S: fence.newest }, ':expires': { N: String(fence.expires) } },
  });
  try {
    await table.connection.send(command, signal);
  } catch (error) {
    if (refusedBy(error) === undefined) throw error;
  }
}
