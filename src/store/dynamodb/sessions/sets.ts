import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Expression } from '../../../dynamodb/expression.ts';
import { number } from '../../../dynamodb/items.ts';
import { cleanAfter } from '../items/clean-after.ts';
import { names } from '../items/names.ts';

export function setTo(expression: Expression, name: string, value: AttributeValue): string {
  return `${expression.name(name)} = ${expression.value(value)}`;
}

/** The expiry, and what follows from it. */
export function expirySets(expression: Expression, expiresAt: number): readonly string[] {
  return [
    setTo(expression, names.expiresAt, number(expiresAt)),
    setTo(expression, names.cleanAfter, cleanAfter(expiresAt)),
  ];
}
