import {
  DescribeTimeToLiveCommand,
  type TimeToLiveDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Connection } from '../connection.ts';
import { isNamed } from '../errors.ts';
import { type TablePlan, TableSetUpError } from './table-plan.ts';

/** The result for a table's TTL: `'refused for now'` if it was changed within the last hour. */
export type TimeToLive = 'on' | 'refused for now';

/**
 * Switches the table's TTL on.
 * @throws TableSetUpError if it is on for another attribute
 */
export async function timeToLive(
  connection: Connection,
  plan: TablePlan,
  signal: AbortSignal,
): Promise<TimeToLive> {
  if (isOn(await describeTimeToLive(connection, plan, signal), plan)) return 'on';
  const specification = { AttributeName: plan.timeToLive, Enabled: true };
  const command = { TableName: plan.table, TimeToLiveSpecification: specification };
  try {
    await connection.send(new UpdateTimeToLiveCommand(command), signal);
    return 'on';
  } catch (error) {
    // It is on now, or must not be changed again within an hour.
    if (!isNamed(error, 'ValidationException') && !isNamed(error, 'ResourceInUseException')) throw error;
    return isOn(await describeTimeToLive(connection, plan, signal), plan) ? 'on' : 'refused for now';
  }
}

async function describeTimeToLive(
  connection: Connection,
  { table }: TablePlan,
  signal: AbortSignal,
): Promise<TimeToLiveDescription> {
  const answer = await connection.send(new DescribeTimeToLiveCommand({ TableName: table }), signal);
  return answer.TimeToLiveDescription ?? {};
}

function isOn(
  { TimeToLiveStatus: status, AttributeName: attribute }: TimeToLiveDescription,
  plan: TablePlan,
): boolean {
  const on = status === 'ENABLED' || status === 'ENABLING';
  if (on && attribute !== plan.timeToLive)
    throw new TableSetUpError(
      `The TTL of the table '${plan.table}' is on the attribute '${attribute}', and ${plan.purpose} need it on '${plan.timeToLive}': a table has one only. Name another table; or, if nothing needs the other one, switch it off with: aws dynamodb update-time-to-live --table-name ${plan.table} --time-to-live-specification 'Enabled=false, AttributeName=${attribute}', and start again after an hour.`,
    );
  return on;
}
