import { isNamed } from '../errors.ts';
import { TableSetUpError } from './set-up-error.ts';
import type { TablePlan } from './table-plan.ts';

export const setUpActions = [
  'dynamodb:DescribeTable',
  'dynamodb:CreateTable',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:UpdateTimeToLive',
] as const;

/** The error of a set-up, which says what is needed where something is not allowed. */
export function withRights(error: unknown, { table }: TablePlan): unknown {
  if (!isNamed(error, 'AccessDeniedException')) return error;
  return new TableSetUpError(
    `The application may not set up the table '${table}'. That needs ${setUpActions.join(', ')}; the cause says which is missing.`,
    { cause: error },
  );
}
