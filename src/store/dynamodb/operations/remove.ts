import { Expression } from '../../../dynamodb/expression.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { Call, Removable, Removed } from '../../backend/backend.ts';
import { isLive } from '../../backend/life.ts';
import { afterWrite } from '../../requests/after-write.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { headerOf } from '../items/session-item.ts';
import type { SessionTable } from '../table/session-table.ts';
import { isNotRotated, isThere } from '../expressions/conditions.ts';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** One request: if the session stays because it was rotated, the refused condition returns it. */
export async function remove(
  table: SessionTable,
  key: SessionKey,
  which: Removable,
  call: Call,
): Promise<Removed | undefined> {
  const tried = await table.delete({ Key: sessionKeyItem(key), ...conditionOf(which) }, call);
  return removedFrom(table, 'done' in tried ? tried.done.item : tried.refused.item, call);
}

function conditionOf(which: Removable) {
  const expression = new Expression();
  // Without a condition, DynamoDB Local answers two concurrent deletes as if both had deleted the item.
  const condition = which === 'always' ? isThere(expression) : isNotRotated(expression);
  return { ConditionExpression: condition, ...expression.parts };
}

async function removedFrom(
  table: SessionTable,
  item: Item | undefined,
  call: Call,
): Promise<Removed | undefined> {
  if (item === undefined) return undefined;
  const header = headerOf(item);
  const { latest } = await afterWrite(() => table.time(call));
  return { header, live: isLive(header, latest) };
}

/**
 * Deletes a session that must not stay.
 * @param having identifies it, so that a session that another call has stored there since is not deleted
 */
export async function withdraw(
  table: SessionTable,
  key: SessionKey,
  having: { readonly name: string; readonly value: AttributeValue },
  call: Call,
): Promise<void> {
  const expression = new Expression();
  const condition = `${expression.name(having.name)} = ${expression.value(having.value)}`;
  await table.delete({ Key: sessionKeyItem(key), ConditionExpression: condition, ...expression.parts }, call);
}
