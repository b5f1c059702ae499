import type { Item } from '../../../dynamodb/items.ts';
import type { Call } from '../calls/calls.ts';
import type { Address, Place } from '../keys/partition.ts';
import { checkpointAt, checkpointsIn, headerKey } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { backwards, startingWith } from './backwards.ts';
import type { Bundled } from './bundled.ts';

/**
 * Enough for a checkpoint and the writes of a few tasks, and so small that additionally read older items do not matter: the
 * cost is the same however long the thread is.
 */
const latestItems = 6;

/** The newest checkpoint of a namespace. */
export function findLatest(
  table: CheckpointTable,
  { thread, ns }: Place,
  call: Call,
): Promise<Bundled | undefined> {
  const range = startingWith(thread, checkpointsIn(ns));
  return first(backwards(table, range, send => send(call), latestItems));
}

export function findOne(table: CheckpointTable, address: Address, call: Call): Promise<Bundled | undefined> {
  const range = startingWith(address.thread, checkpointAt(address));
  return first(backwards(table, range, send => send(call)));
}

async function first<T>(values: AsyncGenerator<T>): Promise<T | undefined> {
  for await (const value of values) return value;
  return undefined;
}

/** A checkpoint without its writes. */
export function findHeader(table: CheckpointTable, address: Address, call: Call): Promise<Item | undefined> {
  return table.get(address.thread, headerKey(address), call);
}
