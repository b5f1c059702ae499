import { type PendingWrite, type SerializerProtocol, WRITES_IDX_MAP } from '@langchain/langgraph-checkpoint';
import { Stash } from '../blobs/stash.ts';
import type { Call } from '../calls/calls.ts';
import type { SaverContext } from '../checkpoints/read.ts';
import { threadDeleted } from '../errors.ts';
import { expiryFrom } from '../items/expiry.ts';
import type { StoredWrite } from '../items/writes-bundle.ts';
import type { Address } from '../keys/partition.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { readFence } from '../threads/fence.ts';
import { dump, warnOfLeftOut } from '../values/dump.ts';
import { byCodePoint } from '../items/in-order.ts';
import { type PutWrites, WriteItems } from './write-items.ts';

/** The index of a write: the fixed index of its channel for a special write, otherwise its position in the call. */
export function indexOf(channel: string, at: number): number {
  return Object.hasOwn(WRITES_IDX_MAP, channel) ? (WRITES_IDX_MAP[channel] ?? at) : at;
}

/**
 * Stores all writes of a call or none: LangGraph takes a task with some stored writes for done. Special writes replace existing
 * ones, the others are only added.
 */
export async function putWrites(context: SaverContext, put: PutWrites, call: Call): Promise<void> {
  const { table, serde, settings } = context;
  const expiry = expiryFrom(settings.ttlSeconds);
  const stash = new Stash(table, put.address, expiry);
  const writes = await store(serde, put.writes, stash);
  const special = writes.filter(({ index }) => index < 0);
  const items = new WriteItems(table, put, { stash, expiry });
  let regular = writes.filter(({ index }) => index >= 0);
  for (let group = 0; !(await items.write({ special, regular, group }, call)); ) {
    const taken = await items.taken(call);
    regular = regular.filter(({ index }) => !taken.indexes.has(index));
    group = taken.groups;
  }
  await withdrawIfFenced(table, put.address, items, call);
}

async function store(
  serde: SerializerProtocol,
  writes: readonly PendingWrite[],
  stash: Stash,
): Promise<readonly StoredWrite[]> {
  const byIndex = new Map(
    writes.map(([channel, value], at) => [indexOf(channel, at), { channel, value }] as const),
  );
  const stored = await Promise.all(
    [...byIndex].map(async ([index, { channel, value }]): Promise<StoredWrite | undefined> => {
      const typed = await dump(serde, value, `the write to the channel '${channel}'`);
      if (typed !== undefined) return { index, channel, value: stash.value(typed) };
      warnOfLeftOut(channel, value);
      return undefined;
    }),
  );
  return stored.filter(write => write !== undefined);
}

/**
 * Refuses late writes. The fence is read after the writes, so that either this call sees the fence, or the deletion sees the
 * writes.
 */
async function withdrawIfFenced(
  table: CheckpointTable,
  { thread, id }: Address,
  items: WriteItems,
  call: Call,
): Promise<void> {
  const fence = await readFence(table, thread, call);
  if (fence === undefined || byCodePoint(id, fence) > 0) return;
  await items.withdraw(call);
  throw threadDeleted(
    'The thread was deleted while this run was active, so the writes of its task were not stored. Begin a new run without a checkpoint_id.',
  );
}
