import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { refusedBy } from '../../../dynamodb/errors.ts';
import { sortKeys } from '../blobs/fetch.ts';
import type { Call } from '../calls/calls.ts';
import type { Bundled } from '../checkpoints/bundled.ts';
import { bundleRef, open, refsOf, valuesOf } from '../checkpoints/open.ts';
import { type Expiry, secondsLeft } from '../items/expiry.ts';
import { names } from '../items/stored.ts';
import type { Place } from '../keys/partition.ts';
import { type CheckpointTable, type Key, keyOf } from '../table/checkpoint-table.ts';

/** How many items are written at once. */
const lanes = 8;

/**
 * True if a checkpoint of the chain has less than half of its time left, so that it could expire before the checkpoints that
 * are built on it.
 */
export function isDueToExpire(chain: readonly Bundled[], ttlSeconds: number): boolean {
  return chain.some(({ header }) => secondsLeft(header) < ttlSeconds / 2);
}

/**
 * Renews the TTL of a checkpoint, of all its ancestors, of their writes and of their blobs, as if they were written now. The
 * checkpoint itself is included: if its ancestors outlived it, one of them would become the latest, and the thread would go
 * back.
 */
export async function keepAlive(
  table: CheckpointTable,
  place: Place,
  { chain, expiry }: { readonly chain: readonly Bundled[]; readonly expiry: Expiry },
  call: Call,
): Promise<void> {
  const needed = await neededBy(table, place, chain, call);
  // Writes and blobs come first: a checkpoint never exists without them.
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
    // An item that was deleted meanwhile is not created again: it would have no content. An item that lives longer, or has no
    // TTL, is not changed: other checkpoints may be built on it.
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
