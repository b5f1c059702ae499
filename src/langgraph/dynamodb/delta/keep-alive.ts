import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { refusedBy } from '../../../dynamodb/errors.ts';
import { sortKeys } from '../blobs/fetch.ts';
import type { Call } from '../calls/calls.ts';
import type { Bundled } from '../checkpoints/bundled.ts';
import { bundleRef, open, refsOf, valuesOf } from '../checkpoints/open.ts';
import { type Expiry, secondsLeft } from '../items/expiry.ts';
import { names } from '../items/names.ts';
import type { Place } from '../keys/places.ts';
import { type CheckpointTable, type Key, keyOf } from '../table/checkpoint-table.ts';

/** How many items are written at once. */
const lanes = 8;

/** Whether something of a chain would go long before what is built on it: with less than half of its time left. */
export function isDueToExpire(chain: readonly Bundled[], ttlSeconds: number): boolean {
  return chain.some(({ header }) => secondsLeft(header) < ttlSeconds / 2);
}

/**
 * Lets a checkpoint, all that it is built on, their writes and what these refer to live as long as if they were written now. The
 * checkpoint itself too: if its ancestors outlived it, one of them would be the latest, and the thread would go back.
 */
export async function keepAlive(
  table: CheckpointTable,
  place: Place,
  { chain, expiry }: { readonly chain: readonly Bundled[]; readonly expiry: Expiry },
  call: Call,
): Promise<void> {
  const needed = await neededBy(table, place, chain, call);
  // What is needed comes first: a checkpoint is never there without it.
  await extendAll(table, needed, expiry.needed, call);
  const [newest, ...older] = chain.map(({ header }) => keyOf(header));
  if (newest !== undefined) await extend(table, newest, expiry.checkpoint, call);
  await extendAll(table, older, expiry.checkpoint, call);
}

async function neededBy(
  table: CheckpointTable,
  place: Place,
  chain: readonly Bundled[],
  call: Call,
): Promise<readonly Key[]> {
  const items = chain.flatMap(({ header, writes }) => [header, ...writes]);
  const opened = await open(table, place, chain, call);
  const refs = [...refsOf(opened.flatMap(valuesOf)), ...items.flatMap(item => bundleRef(item) ?? [])];
  const blobs = new Set(refs.flatMap(ref => sortKeys(place, ref)));
  return [
    ...chain.flatMap(({ writes }) => writes.map(keyOf)),
    ...[...blobs].map(sort => table.key(place.thread, sort)),
  ];
}

async function extendAll(
  table: CheckpointTable,
  keys: readonly Key[],
  expires: number,
  call: Call,
): Promise<void> {
  const rest = [...keys];
  const lane = async (): Promise<void> => {
    for (let key = rest.pop(); key !== undefined; key = rest.pop()) await extend(table, key, expires, call);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function extend(table: CheckpointTable, key: Key, expires: number, { signal }: Call): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table.name,
    Key: key,
    UpdateExpression: 'SET #e = :e',
    // One that was deleted meanwhile is not made anew: it would be there without its content. One that lives longer, or has no
    // TTL, stays as it is: others may be built on it.
    ConditionExpression: '#e < :e',
    ExpressionAttributeNames: { '#e': names.expires },
    ExpressionAttributeValues: { ':e': { N: String(expires) } },
  });
  try {
    await table.connection.send(command, signal);
  } catch (error) {
    if (refusedBy(error) === undefined) throw error;
  }
}
