import { type Item, textAt } from '../../../dynamodb/items.ts';
import { type BlobRef, isInline, names, type Stored } from '../items/stored.ts';
import { type Blobs, fetchBlobs } from '../blobs/fetch.ts';
import type { Call } from '../calls/calls.ts';
import { unreadable } from '../errors.ts';
import { BundleReader } from '../items/bundle.ts';
import { type StoredCheckpoint, unpackCheckpoint } from '../items/checkpoint-bundle.ts';
import { unpackWrites } from '../items/writes-bundle.ts';
import type { Place } from '../keys/partition.ts';
import { parseKey } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { inOrder, type PendingWrite } from '../items/in-order.ts';
import type { Bundled } from './bundled.ts';

/** A checkpoint whose values, or their places, are known. */
export interface Opened {
  readonly id: string;
  readonly parent: string | undefined;
  readonly header: Item;
  readonly stored: StoredCheckpoint;
  readonly writes: readonly PendingWrite[];
}

/**
 * Unpacks the bundles of checkpoints.
 * @throws BlobMissing if a bundle is in a missing blob
 */
export async function open(
  table: CheckpointTable,
  place: Place,
  bundled: readonly Bundled[],
  call: Call,
): Promise<readonly Opened[]> {
  const refs = bundled.flatMap(({ header, writes }) => [header, ...writes]).map(bundleRef);
  const blobs = await fetchBlobs(table, place, defined(refs), call);
  return bundled.map(({ id, header, writes }) => ({
    id,
    parent: textAt(header, names.parent),
    header,
    stored: unpackCheckpoint(bundleOf(header, blobs)),
    writes: inOrder(writes.flatMap(item => writesOf(item, blobs))),
  }));
}

/** @throws BlobMissing */
export async function openWrites(
  table: CheckpointTable,
  place: Place,
  items: readonly Item[],
  call: Call,
): Promise<readonly PendingWrite[]> {
  const blobs = await fetchBlobs(table, place, defined(items.map(bundleRef)), call);
  return inOrder(items.flatMap(item => writesOf(item, blobs)));
}

/** All values of a checkpoint and its writes. */
export function valuesOf({ stored, writes }: Opened): readonly Stored[] {
  const { rest, metadata, channels } = stored;
  return [rest, metadata, ...channels.map(({ value }) => value), ...writes.map(({ value }) => value)];
}

/** The blobs of the values. */
export function refsOf(values: readonly Stored[]): readonly BlobRef[] {
  return values.flatMap(value => (isInline(value) ? [] : [value.ref]));
}

export function bundleRef(item: Item): BlobRef | undefined {
  const text = textAt(item, names.bundleRef);
  return text === undefined ? undefined : (JSON.parse(text) as BlobRef);
}

function bundleOf(item: Item, blobs: Blobs): BundleReader {
  const ref = bundleRef(item);
  const bytes = ref ? blobs(ref) : item[names.bundle]?.B;
  if (bytes === undefined)
    throw unreadable('An item of a checkpoint has no content: another program has written it.');
  return new BundleReader(bytes);
}

function writesOf(item: Item, blobs: Blobs): readonly PendingWrite[] {
  const { task = '' } = parseKey(textAt(item, names.sort) ?? '') ?? {};
  const { path, writes } = unpackWrites(bundleOf(item, blobs));
  return writes.map(({ index, channel, value }) => ({ index, channel, value, task, path }));
}

function defined<T>(values: readonly (T | undefined)[]): readonly T[] {
  return values.filter(value => value !== undefined);
}
