import type { Item } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../platform/server-clock.ts';
import type { Call } from '../../backend/backend.ts';
import type { FenceReading } from '../../backend/fence.ts';
import type { FenceReadings } from '../../requests/fence-reads.ts';
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

/** If one fence cannot be read, only its own tag gets the error. */
function readingOf(item: Item | Error | undefined, now: TimeRange): FenceReading | Error {
  if (item instanceof Error) return item;
  try {
    const fence = standingFence(item, now);
    // The fence has the latest possible time of another process's clock.
    return { fence, earliest: now.earliest, latest: Math.max(now.latest, fence?.at ?? now.latest) };
  } catch (error) {
    return error as Error;
  }
}
