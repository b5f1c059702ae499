import type { TableDescription } from '@aws-sdk/client-dynamodb';

/** The required settings of a table. */
export interface TablePlan {
  readonly table: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The attribute whose whole seconds are the table's TTL. */
  readonly timeToLive: string;
  /** Its purpose, in the words of a message: `'sessions'`. */
  readonly purpose: string;
  /** Capacity units per second of a new table; without it the table is on-demand. */
  readonly provisioned?: { readonly readUnits: number; readonly writeUnits: number };
}

/** A table with other settings than needed. The message says how to fix it. */
export class TableSetUpError extends Error {
  override readonly name = 'TableSetUpError';
}

/** @throws TableSetUpError if its keys, or the type of its TTL attribute, are different */
export function checkKeys(description: TableDescription, plan: TablePlan): void {
  const wanted = `${plan.partitionKey} (S, HASH), ${plan.sortKey} (S, RANGE)`;
  const found = (description.KeySchema ?? [])
    .map(
      ({ AttributeName = '', KeyType }) =>
        `${AttributeName} (${typeOf(description, AttributeName)}, ${KeyType})`,
    )
    .join(', ');
  if (found !== wanted)
    throw new TableSetUpError(
      `The table '${plan.table}' has the keys ${found}, and ${plan.purpose} need ${wanted}. Keys cannot be changed: name another table, and it is created.`,
    );
  const type = typeOf(description, plan.timeToLive);
  if (type !== undefined && type !== 'N')
    throw new TableSetUpError(
      `An index of the table '${plan.table}' declares the attribute '${plan.timeToLive}' with type ${type}. It holds the time of TTL, which has to be a number (N): delete that index, or name another table.`,
    );
}

/** Only the key attributes of a table and of its indexes have a type. */
function typeOf({ AttributeDefinitions = [] }: TableDescription, name: string): string | undefined {
  return AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
}
