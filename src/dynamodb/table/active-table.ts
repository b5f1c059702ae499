import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { setTimeout } from 'node:timers/promises';
import type { Connection } from '../connection.ts';
import { isNamed } from '../errors.ts';
import type { TablePlan } from './table-plan.ts';

/** Describing a table is free, and limited to some 2500 a second for the whole account. */
const pauseMS = 200;

/** Creates the table if it does not exist, and returns its description when it can be used. */
export async function activeTable(
  connection: Connection,
  plan: TablePlan,
  signal: AbortSignal,
): Promise<TableDescription> {
  let asked = false;
  for (;;) {
    const description = await describeTable(connection, plan.table, signal);
    const status = description?.TableStatus;
    if (description !== undefined && (status === 'ACTIVE' || status === 'UPDATING')) return description;
    if (description === undefined && !asked) {
      await create(connection, plan, signal);
      asked = true;
    }
    await setTimeout(pauseMS, undefined, { signal });
  }
}

/** @returns undefined if there is no table; also for a moment after its creation */
async function describeTable(
  connection: Connection,
  table: string,
  signal: AbortSignal,
): Promise<TableDescription | undefined> {
  try {
    const answer = await connection.send(new DescribeTableCommand({ TableName: table }), signal);
    return answer.Table;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

async function create(connection: Connection, plan: TablePlan, signal: AbortSignal): Promise<void> {
  try {
    await connection.send(new CreateTableCommand(creationOf(plan)), signal);
  } catch (error) {
    // Another process was faster.
    if (!isNamed(error, 'ResourceInUseException')) throw error;
  }
}

function creationOf({ table, partitionKey, sortKey, provisioned }: TablePlan): CreateTableCommandInput {
  return {
    TableName: table,
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: 'S' },
      { AttributeName: sortKey, AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    ...(provisioned === undefined
      ? { BillingMode: 'PAY_PER_REQUEST' }
      : {
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: {
            ReadCapacityUnits: provisioned.readUnits,
            WriteCapacityUnits: provisioned.writeUnits,
          },
        }),
  };
}
