import type {
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  SerializerProtocol,
} from '@langchain/langgraph-checkpoint';
import { Stash } from '../blobs/stash.ts';
import type { Call } from '../calls/calls.ts';
import { badConfig, threadDeleted } from '../errors.ts';
import { packCheckpoint, type StoredCheckpoint } from '../items/checkpoint-bundle.ts';
import { expiring, expiryFrom } from '../items/expiry.ts';
import { names } from '../items/names.ts';
import type { Typed } from '../items/stored.ts';
import { checkSortKey } from '../keys/check-key.ts';
import type { Address } from '../keys/places.ts';
import { blobsOf, headerKey, writesOf } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { openFence } from '../threads/fence.ts';
import { oldestOf } from '../threads/oldest.ts';
import { dump } from '../values/dump.ts';
import { findAll } from '../writes/find-items.ts';
import { parentChannels } from './parent-channels.ts';
import type { Reading } from './read.ts';
import { type Before, storeChannels } from './store-channels.ts';

/** A checkpoint to be stored. */
export interface Put {
  readonly address: Address;
  readonly parent: string | undefined;
  readonly checkpoint: Checkpoint;
  readonly metadata: CheckpointMetadata;
  readonly newVersions: ChannelVersions;
}

/** What is large first, then the checkpoint itself: it is never there without what it refers to. */
export async function putCheckpoint(reading: Reading, put: Put, call: Call): Promise<void> {
  const { table, serde, carried, settings } = reading;
  const sort = checkSortKey(headerKey(put.address), 'a checkpoint');
  const expiry = expiryFrom(settings.ttlSeconds);
  const stash = new Stash(table, put.address, expiry);
  const kept = await parentChannels(reading, put, call);
  const stored = await store(serde, put, stash, { carried: kept, expiry });
  const { thread } = put.address;
  const oldest = oldestOf(put);
  const item = {
    ...table.key(thread, sort),
    ...stash.bundle(packCheckpoint(stored)),
    ...(put.parent !== undefined && { [names.parent]: { S: put.parent } }),
    [names.oldest]: { S: oldest },
    ...expiring(expiry?.checkpoint),
  };
  await stash.write(call);
  const write = { Put: { TableName: table.name, Item: item } };
  const done = await table.transact([openFence(table, thread, oldest), write], call);
  if (done !== 'done') await refused(table, put, stash, call);
  carried.remember(put.address, stored.channels);
}

async function store(
  serde: SerializerProtocol,
  put: Put,
  stash: Stash,
  before: Before,
): Promise<StoredCheckpoint> {
  const { channel_values: _, ...rest } = put.checkpoint;
  const dumped = async (value: unknown, where: string): Promise<Typed> => {
    const typed = await dump(serde, value, where);
    if (typed === undefined) throw badConfig(`Storing a checkpoint needs ${where}, as an object.`);
    return typed;
  };
  const [own, metadata, channels] = await Promise.all([
    dumped(rest, 'the checkpoint'),
    dumped(put.metadata, 'the metadata'),
    storeChannels(put, before, async (value, where) => {
      const typed = await dump(serde, value, where);
      return typed && stash.value(typed);
    }),
  ]);
  return { rest: stash.value(own), metadata: stash.value(metadata), channels };
}

/** Its writes may have come before it: nothing would refer to them, either. */
async function refused(table: CheckpointTable, put: Put, stash: Stash, call: Call): Promise<never> {
  await stash.withdraw(call);
  const { thread } = put.address;
  const [writes, blobs] = await Promise.all([
    findAll(table, thread, writesOf(put.address), call),
    findAll(table, thread, blobsOf(put.address), call),
  ]);
  await table.delete([...writes, ...blobs], call);
  throw threadDeleted(
    `The thread was deleted while this run was under way, so its checkpoint was not stored${put.parent === undefined ? '' : ' (it comes from one that was deleted)'}. Begin a new run without a checkpoint_id.`,
  );
}
