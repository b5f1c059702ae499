import type { Expression } from '../../../dynamodb/expression.ts';
import { text } from '../../../dynamodb/items.ts';
import type { Change } from '../../backend/change.ts';
import type { SessionRecord } from '../../backend/session-record.ts';
import { textOfNext } from '../items/keys.ts';
import { names } from '../items/names.ts';
import { expiresBefore, expiresNotBefore, has, hasNoNext, isLiveAt } from './conditions.ts';
import { isMany, type Plan } from './write-plan.ts';

/** So near to its end the expiry that was found must be the one that is moved, so that it is known whether it was too late. */
const nearMS = 30_000;

/** As in `refusalOf`. */
export function conditionsOf(expression: Expression, plan: Plan): readonly string[] {
  const { change, known, now } = plan;
  const { next, ifVersion } = change;
  const conditions = [isLiveAt(expression, now.latest), isNotDoneYet(expression, plan.name)];
  if (next === undefined) conditions.push(hasNoNext(expression));
  if (next) {
    const same = `${expression.name(names.next)} = ${expression.value(text(textOfNext(next)))}`;
    conditions.push(`(${hasNoNext(expression)} OR ${same})`);
  }
  if (ifVersion !== undefined) conditions.push(has(expression, names.version, ifVersion));
  if (known !== undefined) return [...conditions, ...isStill(expression, known, plan)];
  return [...conditions, expiresNotBefore(expression, now.latest + change.refreshBelowMS)];
}

/** What the values that are written were made of. */
function isStill(expression: Expression, known: SessionRecord, plan: Plan): readonly string[] {
  const { change, now, expiresAt = known.expiresAt } = plan;
  const idle = has(expression, names.idleMS, known.idleMS);
  const version = isMany(change) ? [has(expression, names.version, known.version)] : [];
  const mayHaveMoved =
    isPlain(change) && expiresAt > known.expiresAt && known.expiresAt - now.latest > nearMS;
  if (!mayHaveMoved) return [has(expression, names.expiresAt, known.expiresAt), idle, ...version];
  const due = Math.min(expiresAt, now.latest + change.refreshBelowMS);
  return [expiresBefore(expression, due), idle, ...version];
}

/** Its expiry moves as a refresh would move it: any other time that is as near will do as well. */
function isPlain({ idleMS, endsInMS }: Change): boolean {
  return idleMS === undefined && endsInMS === undefined;
}

function isNotDoneYet(expression: Expression, name: string): string {
  return `${expression.name(names.write)} <> ${expression.value(text(name))}`;
}
