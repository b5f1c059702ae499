import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Expression } from '../../../dynamodb/expression.ts';
import type { Call } from '../../backend/backend.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import { sessionKeyItem } from '../items/keys.ts';
import type { SessionTable } from '../table/session-table.ts';

/**
 * Removes a session that must not be.
 * @param having by which it is told from one that somebody else has put there since
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
