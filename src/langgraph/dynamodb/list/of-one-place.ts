import { backwards, type Range, startingWith, type Step } from '../checkpoints/backwards.ts';
import type { Place } from '../keys/places.ts';
import { checkpointAt, checkpointsIn, endBefore } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import type { Found } from './list.ts';
import { isWanted, type Wanted } from './wanted.ts';

/** How many items the first request reads when only some checkpoints are wanted. */
const itemsPerPage = 100;

/** The checkpoints of one namespace of a thread, read as they are taken. */
export async function* ofOnePlace(
  table: CheckpointTable,
  place: Place,
  wanted: Wanted,
  step: Step,
): AsyncGenerator<Found> {
  const limit = Number.isFinite(wanted.limit) ? itemsPerPage : undefined;
  for await (const bundled of backwards(table, rangeOf(place, wanted), step, limit))
    if (isWanted(bundled.id, wanted)) yield { place, bundled };
}

function rangeOf({ thread, ns }: Place, { id, before }: Wanted): Range {
  if (id !== undefined) return startingWith(thread, checkpointAt({ ns, id }));
  if (before === undefined) return startingWith(thread, checkpointsIn(ns));
  return { thread, from: checkpointsIn(ns), to: endBefore(ns, before) };
}
