import { awsCommands } from '../../../dynamodb/table/rights.ts';
import { type TablePlan, TableSetUpError } from '../../../dynamodb/table/table-plan.ts';
import { setUpTable } from '../../../dynamodb/table/set-up-table.ts';
import { warningCodes } from '../../../errors/codes.ts';
import { invalidOption } from '../../../errors/errors.ts';
import { knownOptions } from '../../../platform/options/check-options.ts';
import { notice } from '../../../platform/notices.ts';
import type { SaverCalls } from '../calls/calls.ts';
import { writing } from '../../../platform/time/timed-calls.ts';
import { setUpFailed } from '../errors.ts';
import { names } from '../items/stored.ts';
import type { CheckpointTable } from './checkpoint-table.ts';

export interface SetUpOptions {
  /**
   * The billing of a new table. An existing table is not changed.
   * @default 'on-demand'
   */
  readonly billing?: 'on-demand' | ProvisionedUnits | undefined;
}

/** Whole numbers, at least 1. */
export interface ProvisionedUnits {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** A new table takes some 10 seconds. */
const limitMS = 120_000;

/** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_SET_UP */
export async function setUp(
  table: CheckpointTable,
  calls: SaverCalls,
  options: SetUpOptions = {},
): Promise<void> {
  const plan = planOf(table.name, options, 'setUp');
  const send = (signal: AbortSignal): ReturnType<typeof setUpTable> =>
    setUpTable(table.connection, plan, signal);
  try {
    const state = await calls.run(writing('setting up the table'), ({ signal }) => send(signal), limitMS);
    if (state === 'refused for now') warnThatTimeToLiveIsOff(plan);
  } catch (error) {
    if (!(error instanceof TableSetUpError)) throw error;
    throw setUpFailed(
      `${error.message} Somebody else can set it up with the commands that setUpCommands() gives.`,
      error.cause,
    );
  }
}

export function setUpCommands(table: string, options: SetUpOptions = {}): string {
  return awsCommands(planOf(table, options, 'setUpCommands'));
}

function planOf(table: string, options: SetUpOptions, call: string): TablePlan {
  knownOptions(options, call, ['billing']);
  const { billing = 'on-demand' } = options;
  checkBilling(billing, call);
  const { partition, sort, expires } = names;
  return {
    table,
    partitionKey: partition,
    sortKey: sort,
    timeToLive: expires,
    purpose: 'checkpoints',
    ...(billing !== 'on-demand' && { provisioned: billing }),
  };
}

function checkBilling(billing: NonNullable<SetUpOptions['billing']>, call: string): void {
  if (billing === 'on-demand') return;
  const isObject = typeof billing === 'object' && billing !== null;
  if (isObject) knownOptions(billing, `The option 'billing' of ${call}`, ['readUnits', 'writeUnits']);
  const units = isObject ? [billing.readUnits, billing.writeUnits] : [];
  if (units.length === 2 && units.every(unit => Number.isSafeInteger(unit) && unit >= 1)) return;
  throw invalidOption(
    `The option 'billing' of ${call} must be 'on-demand', or { readUnits, writeUnits } with whole numbers, 1 or more.`,
  );
}

function warnThatTimeToLiveIsOff({ table, timeToLive }: TablePlan): void {
  notice(
    warningCodes.timeToLiveOff,
    `The TTL of the table '${table}' could not be switched on: DynamoDB lets it be changed once an hour. Checkpoints past their ttlSeconds stay in the table until it is. Call setUp() again in an hour; or see to it that TTL is on for the attribute '${timeToLive}'.`,
  );
}
