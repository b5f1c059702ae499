import type { CheckpointTuple, SerializerProtocol } from '@langchain/langgraph-checkpoint';
import { BlobMissing } from '../blobs/fetch.ts';
import type { Call } from '../calls/calls.ts';
import { isPast } from '../items/expiry.ts';
import type { Place } from '../keys/partition.ts';
import type { Settings } from '../options/check-options.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import type { Bundled } from './bundled.ts';
import type { Carried } from './carried.ts';
import { findLatest, findOne } from './find.ts';
import { Loading } from './load.ts';
import { open, type Opened } from './open.ts';
import { withPendingSends } from './pending-sends.ts';

/** What all reads and writes of a saver share. */
export interface SaverContext {
  readonly table: CheckpointTable;
  readonly serde: SerializerProtocol;
  readonly settings: Settings;
  readonly carried: Carried;
}

/** How often a checkpoint that changes during the read is read again. */
const mostTries = 3;

/** @param id undefined: the latest */
export async function readTuple(
  context: SaverContext,
  place: Place,
  id: string | undefined,
  call: Call,
): Promise<CheckpointTuple | undefined> {
  for (let tries = 1; ; tries += 1) {
    const found = await find(context, place, id, call);
    if (found === undefined) return undefined;
    try {
      return await load(context, place, found, call);
    } catch (error) {
      if (!(error instanceof BlobMissing)) throw error;
      if (tries === mostTries) return notWhole(found, error);
    }
  }
}

/** The bundles of a checkpoint. @throws BlobMissing */
export async function openOne(
  { table }: SaverContext,
  place: Place,
  found: Bundled,
  call: Call,
): Promise<Opened> {
  const [opened] = await open(table, place, [found], call);
  if (opened === undefined) throw new BlobMissing();
  return opened;
}

/** All of a checkpoint. @throws BlobMissing */
export async function loadOpened(
  { table, serde, carried }: SaverContext,
  place: Place,
  opened: Opened,
  call: Call,
): Promise<CheckpointTuple> {
  const loading = new Loading(table, serde, place);
  const tuple = await loading.tuple(opened, call);
  carried.remember({ ...place, id: opened.id }, opened.stored.channels);
  return withPendingSends(table, place, loading, tuple, call);
}

/**
 * After its TTL it may be deleted piece by piece; before its TTL it must be complete.
 * @throws BlobMissing
 */
export function notWhole({ header }: Bundled, missing: BlobMissing): undefined {
  if (!isPast(header)) throw missing;
}

async function load(
  context: SaverContext,
  place: Place,
  found: Bundled,
  call: Call,
): Promise<CheckpointTuple> {
  return loadOpened(context, place, await openOne(context, place, found, call), call);
}

async function find(
  { table, settings }: SaverContext,
  place: Place,
  id: string | undefined,
  call: Call,
): Promise<Bundled | undefined> {
  const found = await (id === undefined
    ? findLatest(table, place, call)
    : findOne(table, { ...place, id }, call));
  return found && settings.strict && isPast(found.header) ? undefined : found;
}
