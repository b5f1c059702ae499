import type { Expression } from '../../../dynamodb/expression.ts';
import { number } from '../../../dynamodb/items.ts';
import { cleanAfter, names } from '../items/names.ts';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An expiry is never after the absolute end, so one comparison checks both. */
export function isLiveAt(expression: Expression, now: number): string {
  return `${expression.name(names.expiresAt)} > ${expression.value(number(now))}`;
}

export function isThere(expression: Expression): string {
  return `attribute_exists(${expression.name(names.userKey)})`;
}

export function isNotRotated(expression: Expression): string {
  return `attribute_not_exists(${expression.name(names.successor)})`;
}

export function expiresBefore(expression: Expression, time: number): string {
  return `${expression.name(names.expiresAt)} < ${expression.value(number(time))}`;
}

export function expiresNotAfter(expression: Expression, time: number): string {
  return `${expression.name(names.expiresAt)} <= ${expression.value(number(time))}`;
}

export function has(expression: Expression, name: string, value: number): string {
  return `${expression.name(name)} = ${expression.value(number(value))}`;
}

export function setTo(expression: Expression, name: string, value: AttributeValue): string {
  return `${expression.name(name)} = ${expression.value(value)}`;
}

/** Sets the expiry, and the attributes that follow from it. */
export function expirySets(expression: Expression, expiresAt: number): readonly string[] {
  return [
    setTo(expression, names.expiresAt, number(expiresAt)),
    setTo(expression, names.cleanAfter, cleanAfter(expiresAt)),
  ];
}
