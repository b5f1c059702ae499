import { backwards, type Range, startingWith, type Step } from '../checkpoints/backwards.ts';
import { allCheckpoints, checkpointAt, checkpointsIn, endBefore } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { byCodePoint } from '../items/in-order.ts';
import { type FoundCheckpoint, isWanted, type ListQuery } from './list-query.ts';
import type { Place } from '../keys/partition.ts';

/** The checkpoints of all namespaces of a thread. They are put in order in memory, without their large values. */
export async function* ofOneThread(
  table: CheckpointTable,
  thread: string,
  wanted: ListQuery,
  step: Step,
): AsyncGenerator<FoundCheckpoint> {
  const found: FoundCheckpoint[] = [];
  for await (const bundled of backwards(table, startingWith(thread, allCheckpoints), step))
    if (isWanted(bundled.id, wanted)) found.push({ place: { thread, ns: bundled.ns }, bundled });
  yield* found.toSorted(newestFirst);
}

function newestFirst(a: FoundCheckpoint, b: FoundCheckpoint): number {
  return byCodePoint(b.bundled.id, a.bundled.id) || byCodePoint(a.place.ns, b.place.ns);
}

/** How many items the first request reads when only some checkpoints are wanted. */
const itemsPerPage = 100;

/** The checkpoints of one namespace of a thread, read as they are taken. */
export async function* ofOnePlace(
  table: CheckpointTable,
  place: Place,
  wanted: ListQuery,
  step: Step,
): AsyncGenerator<FoundCheckpoint> {
  const limit = Number.isFinite(wanted.limit) ? itemsPerPage : undefined;
  for await (const bundled of backwards(table, rangeOf(place, wanted), step, limit))
    if (isWanted(bundled.id, wanted)) yield { place, bundled };
}

function rangeOf({ thread, ns }: Place, { id, before }: ListQuery): Range {
  if (id !== undefined) return startingWith(thread, checkpointAt({ ns, id }));
  if (before === undefined) return startingWith(thread, checkpointsIn(ns));
  return { thread, from: checkpointsIn(ns), to: endBefore(ns, before) };
}
