import type { SerializerProtocol } from '@langchain/langgraph-checkpoint';
import { Stash } from '../blobs/stash.ts';
import type { Call } from '../calls/calls.ts';
import { badConfig, threadDeleted } from '../errors.ts';
import { packCheckpoint, type StoredCheckpoint } from '../items/checkpoint-bundle.ts';
import { expiring, expiryFrom } from '../items/expiry.ts';
import { names, type Typed } from '../items/stored.ts';
import { checkSortKey } from '../keys/check-key.ts';
import { blobsOf, headerKey, writesOf } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { openFence } from '../threads/fence.ts';
import { dump } from '../values/dump.ts';
import { findAll } from '../table/find-items.ts';
import { oldestOf, type Put } from './new-checkpoint.ts';
import { parentChannels } from './parent-channels.ts';
import type { SaverContext } from './read.ts';
import { type Before, storeChannels } from './store-channels.ts';

/** Stores large values first, then the checkpoint itself: it never exists without the values to which it refers. */
export async function putCheckpoint(context: SaverContext, put: Put, call: Call): Promise<void> {
  const { table, serde, carried, settings } = context;
  const sort = checkSortKey(headerKey(put.address), 'a checkpoint');
  const expiry = expiryFrom(settings.ttlSeconds);
  const stash = new Stash(table, put.address, expiry);
  const kept = await parentChannels(context, put, call);
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

/** Its writes may have been stored before it: without the checkpoint they must go too. */
async function refused(table: CheckpointTable, put: Put, stash: Stash, call: Call): Promise<never> {
  await stash.withdraw(call);
  const { thread } = put.address;
  const [writes, blobs] = await Promise.all([
    findAll(table, thread, writesOf(put.address), call),
    findAll(table, thread, blobsOf(put.address), call),
  ]);
  await table.delete([...writes, ...blobs], call);
  throw threadDeleted(
    `The thread was deleted while this run was active, so its checkpoint was not stored${put.parent === undefined ? '' : ' (it comes from one that was deleted)'}. Begin a new run without a checkpoint_id.`,
  );
}
