import { Expression } from '../../../dynamodb/expression.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { Call, Removed } from '../../backend/backend.ts';
import { isLive } from '../../backend/life.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { headerOf } from '../items/session-item.ts';
import type { SessionTable, Tried } from '../table/session-table.ts';
import { hasNext, hasNoNext } from './conditions.ts';

/**
 * What has a `next` is only told at first, and removed by a second request: were the answer to the removal itself lost, nobody
 * would know any more what else has to end.
 */
export async function remove(table: SessionTable, key: SessionKey, call: Call): Promise<Removed | undefined> {
  for (;;) {
    const tried = await deleteIf(table, key, hasNoNext, call);
    if ('done' in tried) return removed(table, tried.done.item, call);
    const again = await deleteIf(table, key, hasNext, call);
    if ('done' in again) return removed(table, again.done.item, call);
    const { item, tries } = again.refused;
    // Somebody else was faster; or the answer to the first try was lost, and the client has tried again.
    if (item === undefined) return tries > 1 ? removed(table, tried.refused.item, call) : undefined;
  }
}

function deleteIf(
  table: SessionTable,
  key: SessionKey,
  condition: (expression: Expression) => string,
  call: Call,
): Promise<Tried> {
  const expression = new Expression();
  const input = { ConditionExpression: condition(expression), ...expression.parts };
  return table.delete({ Key: sessionKeyItem(key), ...input }, call);
}

async function removed(
  table: SessionTable,
  item: Item | undefined,
  call: Call,
): Promise<Removed | undefined> {
  if (item === undefined) return undefined;
  const header = headerOf(item);
  const { latest } = await table.time(call);
  return { header, live: isLive(header, latest) };
}
