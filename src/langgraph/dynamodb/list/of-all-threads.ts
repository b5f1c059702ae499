import type { Call } from '../calls/calls.ts';
import type { Step } from '../checkpoints/backwards.ts';
import { findOne } from '../checkpoints/find.ts';
import type { Address } from '../keys/partition.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { byCodePoint } from '../items/in-order.ts';
import { addresses } from './addresses.ts';
import { type FoundCheckpoint, isWanted, type ListQuery } from './list-query.ts';

/** How many checkpoints are read at once, after their ids are known. */
const atOnce = 8;

/** The checkpoints of all threads: first all their ids, then one after the other. */
export async function* ofAllThreads(
  table: CheckpointTable,
  wanted: ListQuery,
  step: Step,
): AsyncGenerator<FoundCheckpoint> {
  const all: Address[] = [];
  for await (const address of addresses(table, wanted, step))
    if (isWanted(address.id, wanted)) all.push(address);
  all.sort(newestFirst);
  const width = Math.min(atOnce, wanted.limit);
  for (let at = 0; at < all.length; at += width)
    yield* await step(call => findAll(table, all.slice(at, at + width), call));
}

async function findAll(
  table: CheckpointTable,
  wanted: readonly Address[],
  call: Call,
): Promise<readonly FoundCheckpoint[]> {
  const found = await Promise.all(
    wanted.map(async place => ({ place, bundled: await findOne(table, place, call) })),
  );
  return found.flatMap(({ place, bundled }) => (bundled ? [{ place, bundled }] : []));
}

function newestFirst(a: Address, b: Address): number {
  return byCodePoint(b.id, a.id) || byCodePoint(a.thread, b.thread) || byCodePoint(a.ns, b.ns);
}
