import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { backOff } from '../platform/time/timed-calls.ts';
import type { Connection } from './connection.ts';
import type { Item } from './items.ts';

/** The most that one request may write. */
const mostRequests = 25;
/** How many requests are in flight at once. */
const lanes = 4;
const firstPauseMS = 50;
/** The pauses stop growing here: 50 ms · 2^6 = 3.2 s. */
const mostDoublings = 6;

export const putRequest = (item: Item): WriteRequest => ({ PutRequest: { Item: { ...item } } });
export const deleteRequest = (key: Item): WriteRequest => ({ DeleteRequest: { Key: { ...key } } });

/**
 * Writes of many items, without conditions. Items that the service leaves out are sent again, with pauses, until the signal.
 * @throws the client's errors; then some of the items may be written
 */
export async function batchWrite(
  connection: Connection,
  table: string,
  requests: readonly WriteRequest[],
  signal: AbortSignal,
): Promise<void> {
  const batches = chunked(requests);
  const lane = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop())
      await writeBatch(connection, table, batch, signal);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, batches.length) }, lane));
}

async function writeBatch(
  connection: Connection,
  table: string,
  batch: readonly WriteRequest[],
  signal: AbortSignal,
): Promise<void> {
  let rest = batch;
  for (let vain = 0; ; ) {
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: [...rest] } });
    const answer = await connection.send(command, signal);
    const unprocessed = answer.UnprocessedItems?.[table] ?? [];
    if (unprocessed.length === 0) return;
    vain = unprocessed.length < rest.length ? 0 : vain + 1;
    rest = unprocessed;
    await backOff(Math.min(vain, mostDoublings), firstPauseMS, signal);
  }
}

function chunked(requests: readonly WriteRequest[]): (readonly WriteRequest[])[] {
  const count = Math.ceil(requests.length / mostRequests);
  return Array.from({ length: count }, (_, index) =>
    requests.slice(index * mostRequests, (index + 1) * mostRequests),
  );
}
