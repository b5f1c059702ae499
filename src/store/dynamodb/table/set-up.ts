import type { Connection } from '../../../dynamodb/connection.ts';
import { type TablePlan, TableSetUpError } from '../../../dynamodb/table/table-plan.ts';
import { setUpTable } from '../../../dynamodb/table/set-up-table.ts';
import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';
import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import { names } from '../items/names.ts';

export function planOf(table: string): TablePlan {
  const { userKey, sort, cleanAfter } = names;
  return { table, partitionKey: userKey, sortKey: sort, timeToLive: cleanAfter, purpose: 'sessions' };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP */
export async function setUp(connection: Connection, plan: TablePlan, { signal }: Call): Promise<void> {
  try {
    const state = await setUpTable(connection, plan, signal);
    if (state === 'refused for now') warnThatTimeToLiveIsOff(plan);
  } catch (error) {
    if (!(error instanceof TableSetUpError)) throw error;
    throw setUpFailed(
      `${error.message} If somebody else sets it up, run the commands that setUpCommands() gives, and set the store's option setUp to false.`,
      error.cause,
    );
  }
}

/** Sessions still expire: only the table would grow. */
function warnThatTimeToLiveIsOff({ table, timeToLive }: TablePlan): void {
  notice(
    warningCodes.timeToLiveOff,
    `The TTL of the table '${table}' could not be switched on: DynamoDB lets it be changed once an hour. Sessions end as they should, but stay in the table. The next start tries again; or see to it that TTL is on for the attribute '${timeToLive}'.`,
  );
}
