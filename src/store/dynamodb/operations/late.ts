import { number } from '../../../dynamodb/items.ts';
import type { Call } from '../../backend/backend.ts';
import { afterWrite } from '../../requests/after-write.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { names } from '../items/names.ts';
import type { SessionTable } from '../table/session-table.ts';
import { withdraw } from './remove.ts';

/** The expiry before and after a write. */
export interface Moved {
  readonly from: number;
  readonly to: number;
}

/**
 * A write carries its own time. So a delayed write may have moved the expiry of a session that had already expired when the
 * write arrived. Such a session is deleted.
 * @returns true if this was the case
 */
export async function isTooLate(
  table: SessionTable,
  key: SessionKey,
  { from, to }: Moved,
  call: Call,
): Promise<boolean> {
  if (to <= from) return false;
  return afterWrite(async () => {
    if ((await table.time(call)).latest < from) return false;
    await withdraw(table, key, { name: names.expiresAt, value: number(to) }, call);
    return true;
  });
}
