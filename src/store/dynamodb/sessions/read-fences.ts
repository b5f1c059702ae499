import type { Item } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../dynamodb/time/measured-clock.ts';
import type { Call } from '../../backend/backend.ts';
import type { FenceReading } from '../../backend/fence.ts';
import type { FenceReadings } from '../../calls/fence-reads.ts';
import { standingFence } from '../items/fence-item.ts';
import { fenceKeyItem } from '../items/keys.ts';
import type { SessionTable } from '../table/session-table.ts';
import { getMany } from './get-many.ts';

export async function readFences(
  table: SessionTable,
  tags: readonly string[],
  call: Call,
): Promise<FenceReadings> {
  const items = await getMany(table, tags.map(fenceKeyItem), call);
  const now = await table.time(call);
  return new Map(tags.map((tag, index) => [tag, readingOf(items[index], now)]));
}

/** What cannot be read is an error of this tag alone. */
function readingOf(item: Item | Error | undefined, now: TimeRange): FenceReading | Error {
  if (item instanceof Error) return item;
  try {
    const fence = standingFence(item, now);
    // It was raised at the latest that the time could be, by another clock.
    return { fence, earliest: now.earliest, latest: Math.max(now.latest, fence?.at ?? now.latest) };
  } catch (error) {
    return error as Error;
  }
}
