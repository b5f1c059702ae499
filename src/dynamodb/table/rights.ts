import { isNamed } from '../errors.ts';
import { type TablePlan, TableSetUpError } from './table-plan.ts';

export const setUpActions = [
  'dynamodb:DescribeTable',
  'dynamodb:CreateTable',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:UpdateTimeToLive',
] as const;

/** The error of a set-up; for a missing right it names the needed rights. */
export function withRights(error: unknown, { table }: TablePlan): unknown {
  if (!isNamed(error, 'AccessDeniedException')) return error;
  return new TableSetUpError(
    `The application may not set up the table '${table}'. That needs ${setUpActions.join(', ')}; the cause says which is missing.`,
    { cause: error },
  );
}

/** The actions of `setUpTable` as commands of the AWS CLI. */
export function awsCommands(plan: TablePlan): string {
  const { table, partitionKey, sortKey, timeToLive } = plan;
  const attributes = [partitionKey, sortKey].map(name => `AttributeName=${name},AttributeType=S`).join(' ');
  const keys = `AttributeName=${partitionKey},KeyType=HASH AttributeName=${sortKey},KeyType=RANGE`;
  return [
    `aws dynamodb create-table --table-name ${table} ${billingOf(plan)} --attribute-definitions ${attributes} --key-schema ${keys}`,
    `aws dynamodb wait table-exists --table-name ${table}`,
    `aws dynamodb update-time-to-live --table-name ${table} --time-to-live-specification Enabled=true,AttributeName=${timeToLive}`,
  ].join('\n');
}

function billingOf({ provisioned }: TablePlan): string {
  if (provisioned === undefined) return '--billing-mode PAY_PER_REQUEST';
  const { readUnits, writeUnits } = provisioned;
  return `--billing-mode PROVISIONED --provisioned-throughput ReadCapacityUnits=${readUnits},WriteCapacityUnits=${writeUnits}`;
}
