import { backwards, startingWith, type Step } from '../checkpoints/backwards.ts';
import { allCheckpoints } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { byCodePoint } from '../writes/in-order.ts';
import type { Found } from './list.ts';
import { isWanted, type Wanted } from './wanted.ts';

/** The checkpoints of all namespaces of a thread. They are put in order in memory, without their large values. */
export async function* ofOneThread(
  table: CheckpointTable,
  thread: string,
  wanted: Wanted,
  step: Step,
): AsyncGenerator<Found> {
  const found: Found[] = [];
  for await (const bundled of backwards(table, startingWith(thread, allCheckpoints), step))
    if (isWanted(bundled.id, wanted)) found.push({ place: { thread, ns: bundled.ns }, bundled });
  yield* found.toSorted(newestFirst);
}

function newestFirst(a: Found, b: Found): number {
  return byCodePoint(b.bundled.id, a.bundled.id) || byCodePoint(a.place.ns, b.place.ns);
}
