import type { Item } from '../../../dynamodb/items.ts';
import type { Call, Reading } from '../../backend/backend.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { recordOf } from '../items/session-item.ts';
import type { SessionTable } from '../table/session-table.ts';
import { getMany } from './get-many.ts';

type ReadResult = Reading | Error | undefined;

export async function read(
  table: SessionTable,
  keys: readonly SessionKey[],
  call: Call,
): Promise<readonly ReadResult[]> {
  const items = await getMany(table, keys.map(sessionKeyItem), call);
  const { latest } = await table.time(call);
  return items.map(item => readingOf(item, latest));
}

/** If one session cannot be read, only its own caller gets the error. */
function readingOf(item: Item | Error | undefined, now: number): ReadResult {
  if (item === undefined || item instanceof Error) return item;
  try {
    return { record: recordOf(item), now };
  } catch (error) {
    return error as Error;
  }
}
