import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { Expression } from '../../../dynamodb/expression.ts';
import { number, text } from '../../../dynamodb/items.ts';
import { changedAt, writtenIdle } from '../../backend/life.ts';
import { encodedFieldName } from '../../data/field-names.ts';
import { fieldsMap } from '../items/session-item.ts';
import { textOfSuccessor } from '../items/keys.ts';
import { names } from '../items/names.ts';
import { expirySets, setTo } from './conditions.ts';
import { conditionsOf, conditionsOfKnown } from './write-conditions.ts';
import { isMany, type Plan } from './write-plan.ts';

type Update = Omit<UpdateItemCommandInput, 'TableName' | 'Key'>;

interface Parts {
  readonly expression: Expression;
  readonly sets: string[];
  readonly removes: string[];
}

export function updateOf(plan: Plan): Update {
  const parts: Parts = { expression: new Expression(), sets: [], removes: [] };
  addHeader(parts, plan);
  addFields(parts, plan);
  const { expression, sets, removes } = parts;
  const remove = removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : '';
  return {
    UpdateExpression: `SET ${sets.join(', ')}${remove}`,
    ConditionExpression: conditionsOf(expression, plan).join(' AND '),
    ReturnValues: 'ALL_NEW',
    ...expression.parts,
  };
}

type Condition = Pick<
  Update,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** The condition for storing the whole item of a session that exists. */
export function conditionOf(plan: Plan): Condition {
  const expression = new Expression();
  return {
    ConditionExpression: conditionsOfKnown(expression, plan).join(' AND '),
    ...expression.parts,
  };
}

function addHeader({ expression, sets, removes }: Parts, plan: Plan): void {
  const { change, now, known } = plan;
  const version = expression.name(names.version);
  sets.push(`${version} = ${version} + ${expression.value(number(1))}`);
  sets.push(setTo(expression, names.seenAt, number(now.earliest)));
  sets.push(setTo(expression, names.write, text(plan.name)));
  if (change.user !== undefined) sets.push(setTo(expression, names.user, text(change.user)));
  if (change.authenticated) sets.push(setTo(expression, names.authenticatedAt, number(now.earliest)));
  if (change.successor)
    sets.push(setTo(expression, names.successor, text(textOfSuccessor(change.successor))));
  if (change.successor === null) removes.push(expression.name(names.successor));
  const idleMS = writtenIdle(known, change);
  if (idleMS !== known.idleMS) sets.push(setTo(expression, names.idleMS, number(idleMS)));
  sets.push(...expirySets(expression, plan.expiresAt));
}

function addFields({ expression, sets, removes }: Parts, plan: Plan): void {
  const { change } = plan;
  const whole = wholeMap(plan);
  if (whole !== undefined) {
    sets.push(setTo(expression, names.fields, whole));
    return;
  }
  // DynamoDB refuses a name that is not used.
  const place = (field: string): string =>
    `${expression.name(names.fields)}.${expression.name(encodedFieldName(field))}`;
  for (const [field, json] of change.set) sets.push(`${place(field)} = ${expression.value(text(json))}`);
  // A path may occur only once.
  const unset = new Set(change.unset.filter(field => !change.set.has(field)));
  for (const field of unset) removes.push(place(field));
}

/** @returns undefined if the fields are written one by one */
function wholeMap({ change, found, now }: Plan): AttributeValue | undefined {
  if (change.replace) return fieldsMap(change.set);
  if (!isMany(change)) return undefined;
  if (found === undefined) throw new TypeError('So many fields are only written to a session that was read.');
  return fieldsMap(changedAt(found, change, now.earliest).fields);
}
