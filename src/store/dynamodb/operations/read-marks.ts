import type { Item } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../platform/time/server-clock.ts';
import type { Call } from '../../backend/backend.ts';
import type { RevocationMarkReading } from '../../backend/revocation-mark.ts';
import type { RevocationMarkReadings } from '../../requests/revocation-mark-reads.ts';
import { currentMark } from '../items/revocation-mark-item.ts';
import { markKeyItem } from '../items/keys.ts';
import type { SessionTable } from '../table/session-table.ts';
import { getMany } from './get-many.ts';

export async function readMarks(
  table: SessionTable,
  userKeys: readonly string[],
  call: Call,
): Promise<RevocationMarkReadings> {
  const items = await getMany(table, userKeys.map(markKeyItem), call);
  const now = await table.time(call);
  return new Map(userKeys.map((userKey, index) => [userKey, readingOf(items[index], now)]));
}

/** If one mark cannot be read, only its own user key gets the error. */
function readingOf(item: Item | Error | undefined, now: TimeRange): RevocationMarkReading | Error {
  if (item instanceof Error) return item;
  try {
    const mark = currentMark(item, now);
    // The mark has the latest possible time of another process's clock.
    return { mark, earliest: now.earliest, latest: Math.max(now.latest, mark?.at ?? now.latest) };
  } catch (error) {
    return error as Error;
  }
}
