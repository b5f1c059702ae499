import type { PendingWrite, SerializerProtocol } from '@langchain/langgraph-checkpoint';
import { Stash } from '../blobs/stash.ts';
import type { Call } from '../calls/calls.ts';
import type { Reading } from '../checkpoints/read.ts';
import { threadDeleted } from '../errors.ts';
import { expiryFrom } from '../items/expiry.ts';
import type { StoredWrite } from '../items/writes-bundle.ts';
import type { Address } from '../keys/places.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { readFence } from '../threads/fence.ts';
import { dump } from '../values/dump.ts';
import { tellLeftOut } from '../values/left-out.ts';
import { byCodePoint } from './in-order.ts';
import { indexOf } from './write-index.ts';
import { WriteItems } from './write-items.ts';

/** Writes of a task. */
export interface PutWrites {
  readonly address: Address;
  readonly task: string;
  readonly path: string;
  readonly writes: readonly PendingWrite[];
}

/**
 * All of a call or nothing: LangGraph takes a task that has some of its writes for done. Special writes replace what is there,
 * the others only add to it.
 */
export async function putWrites(reading: Reading, put: PutWrites, call: Call): Promise<void> {
  const { table, serde, settings } = reading;
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
      tellLeftOut(channel, value);
      return undefined;
    }),
  );
  return stored.filter(write => write !== undefined);
}

/** What comes late stays out: read after the writes, so that either this sees the fence, or the deletion sees them. */
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
    'The thread was deleted while this run was under way, so the writes of its task were not stored. Begin a new run without a checkpoint_id.',
  );
}
