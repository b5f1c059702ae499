import { number } from '../../../dynamodb/items.ts';
import type { Call } from '../../backend/backend.ts';
import { afterWrite } from '../../calls/after-write.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import { names } from '../items/names.ts';
import type { SessionTable } from '../table/session-table.ts';
import { withdraw } from './withdraw.ts';

/** What a write has made of the expiry. */
export interface Moved {
  readonly from: number;
  readonly to: number;
}

/**
 * A write carries its time with it, so that one which was on its way for long may have moved the expiry of a session that was
 * over when it came. That session is removed.
 * @returns whether it was so
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
