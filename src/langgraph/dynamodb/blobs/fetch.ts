import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import { batchGet } from '../../../dynamodb/batch-get.ts';
import { type Item, textAt } from '../../../dynamodb/items.ts';
import { backOff } from '../../../platform/time/timed-calls.ts';
import type { Call } from '../calls/calls.ts';
import { unreadable } from '../errors.ts';
import { type BlobRef, nameOf, names } from '../items/stored.ts';
import type { Place } from '../keys/partition.ts';
import { blobKey } from '../keys/sort-keys.ts';
import type { CheckpointTable, Key } from '../table/checkpoint-table.ts';
import { digestOf } from './stash.ts';

/** A blob to which a stored item refers does not exist. The item itself may have been deleted meanwhile. */
export class BlobMissing extends SessionGuardError {
  constructor() {
    super(
      codes.checkpointUnreadable,
      'A checkpoint is stored, but a large value that belongs to it is not: somebody else has deleted items of the table, or has changed their expires_at.',
      { docs: 'docs/langgraph-dynamodb.md' },
    );
  }
}

/** The contents of blobs. */
export type Blobs = (ref: BlobRef) => Uint8Array;

/**
 * Reads all of them consistently, in one request if they fit.
 * @throws BlobMissing
 */
export async function fetchBlobs(
  table: CheckpointTable,
  place: Place,
  refs: readonly BlobRef[],
  call: Call,
): Promise<Blobs> {
  const keys = new Map<string, Key>();
  for (const ref of refs) {
    for (const sort of sortKeys(place, ref)) keys.set(sort, table.key(place.thread, sort));
  }
  const found = keys.size === 0 ? new Map<string, Item>() : await getAll(table, keys, call);
  const whole = new Map<string, Uint8Array>();
  return ref => {
    const name = blobKey(place.ns, ref.id, nameOf(ref), 0);
    const bytes = whole.get(name) ?? joined(sortKeys(place, ref), found, ref);
    whole.set(name, bytes);
    return bytes;
  };
}

export function sortKeys({ ns }: Place, ref: BlobRef): readonly string[] {
  return Array.from({ length: ref.parts }, (_, part) => blobKey(ns, ref.id, nameOf(ref), part));
}

const pauseMS = 100;
const textOf = (item: Item): string => textAt(item, names.sort) ?? '';

/** Items that the service leaves out are requested again, until the signal. */
async function getAll(
  table: CheckpointTable,
  keys: ReadonlyMap<string, Key>,
  { signal, trouble }: Call,
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  let rest = keys;
  for (let attempt = 0; rest.size > 0; attempt += 1) {
    if (attempt > 0) await backOff(Math.min(attempt, 4), pauseMS, signal);
    const got = await batchGet(table.connection, { table: table.name, keys: rest, textOf }, signal);
    for (const [sort, item] of got.found) found.set(sort, item);
    if (got.leftOut.size > 0) trouble(new Error('DynamoDB leaves keys of BatchGetItem unprocessed'));
    rest = new Map([...rest].filter(([sort]) => got.leftOut.has(sort)));
  }
  return found;
}

function joined(sorts: readonly string[], found: ReadonlyMap<string, Item>, ref: BlobRef): Uint8Array {
  const parts = sorts.map(sort => found.get(sort)?.[names.bundle]?.B);
  if (!parts.every(part => part !== undefined)) throw new BlobMissing();
  const [first] = parts;
  const bytes = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
  if (digestOf(bytes) !== ref.digest)
    throw unreadable('A large value of a stored checkpoint is not what was written: its digest differs.');
  return bytes;
}
