import type { Connection } from '../connection.ts';
import { activeTable } from './active-table.ts';
import { checkKeys, type TablePlan } from './table-plan.ts';
import { withRights } from './rights.ts';
import { type TimeToLive, timeToLive } from './time-to-live.ts';

/**
 * Creates a table with TTL, or checks an existing one. Several processes may do it at once.
 * @throws TableSetUpError
 */
export async function setUpTable(
  connection: Connection,
  plan: TablePlan,
  signal: AbortSignal,
): Promise<TimeToLive> {
  try {
    checkKeys(await activeTable(connection, plan, signal), plan);
    return await timeToLive(connection, plan, signal);
  } catch (error) {
    throw withRights(error, plan);
  }
}
