import { textAt } from '../../../dynamodb/items.ts';
import { backwards, type Range, type Step } from '../checkpoints/backwards.ts';
import type { Bundled } from '../checkpoints/bundled.ts';
import { ancestorGone } from '../errors.ts';
import { names } from '../items/stored.ts';
import type { Place } from '../keys/partition.ts';
import { checkpointAt, checkpointsIn, endOf } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { byCodePoint } from '../items/in-order.ts';

/** Most runs need a few steps. */
const firstItems = 50;

/**
 * A checkpoint's ancestors, its parent first. They are stored together, so that one request reads many; checkpoints of other
 * branches are left out.
 * @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_ANCESTOR_GONE
 */
export async function* ancestors(
  table: CheckpointTable,
  place: Place,
  parent: string | undefined,
  step: Step,
): AsyncGenerator<Bundled> {
  const met = new Set<string>();
  let next = parent;
  while (next !== undefined && !met.has(next)) {
    const wanted = next;
    for await (const bundled of backwards(table, upTo(place, next), step, firstItems)) {
      if (byCodePoint(bundled.id, next) < 0) break;
      if (bundled.id !== next) continue;
      yield bundled;
      met.add(bundled.id);
      const older: string | undefined = textAt(bundled.header, names.parent);
      if (older === undefined) return;
      const isOlder = byCodePoint(older, bundled.id) < 0;
      next = older;
      // The ids are not in the order of time: then the ancestor is read separately.
      if (!isOlder) break;
    }
    if (!met.has(wanted)) throw gone();
  }
}

function upTo({ thread, ns }: Place, id: string): Range {
  return { thread, from: checkpointsIn(ns), to: endOf(checkpointAt({ ns, id })) };
}

export function gone(): Error {
  return ancestorGone(
    'A checkpoint that this one is built on is gone: it is past its TTL, or was deleted. What its channels held cannot be put together any more, and to begin with nothing would lose it in silence. Give checkpoints a longer ttlSeconds than a conversation pauses, or begin a new thread.',
  );
}
