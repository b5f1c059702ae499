import { Expression } from '../../../dynamodb/expression.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { Call, Removable, Removed } from '../../backend/backend.ts';
import { isLive } from '../../backend/life.ts';
import { afterWrite } from '../../calls/after-write.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { headerOf } from '../items/session-item.ts';
import type { SessionTable } from '../table/session-table.ts';
import { hasNoNext, isThere } from './conditions.ts';

/** One request: a refusal gives what stays because it has a `next`. */
export async function remove(
  table: SessionTable,
  key: SessionKey,
  which: Removable,
  call: Call,
): Promise<Removed | undefined> {
  const tried = await table.delete({ Key: sessionKeyItem(key), ...conditionOf(which) }, call);
  return told(table, 'done' in tried ? tried.done.item : tried.refused.item, call);
}

function conditionOf(which: Removable) {
  const expression = new Expression();
  // Without a condition DynamoDB Local tells two that delete at once that they have removed the same.
  const condition = which === 'any' ? isThere(expression) : hasNoNext(expression);
  return { ConditionExpression: condition, ...expression.parts };
}

async function told(table: SessionTable, item: Item | undefined, call: Call): Promise<Removed | undefined> {
  if (item === undefined) return undefined;
  const header = headerOf(item);
  const { latest } = await afterWrite(() => table.time(call));
  return { header, live: isLive(header, latest) };
}
