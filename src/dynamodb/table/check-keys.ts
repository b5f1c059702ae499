import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { TableSetUpError } from './set-up-error.ts';
import type { TablePlan } from './table-plan.ts';

/** @throws TableSetUpError if its keys, or the type of its TTL attribute, are others */
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
      `The table '${plan.table}' has the keys ${found}, and ${plan.purpose} need ${wanted}. Keys cannot be changed: name another table, and it is made.`,
    );
  const type = typeOf(description, plan.timeToLive);
  if (type !== undefined && type !== 'N')
    throw new TableSetUpError(
      `An index of the table '${plan.table}' declares the attribute '${plan.timeToLive}' with type ${type}. It holds the time of TTL, which has to be a number (N): delete that index, or name another table.`,
    );
}

/** Only attributes of keys, and of those of indexes, have a type in a table. */
function typeOf({ AttributeDefinitions = [] }: TableDescription, name: string): string | undefined {
  return AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
}
