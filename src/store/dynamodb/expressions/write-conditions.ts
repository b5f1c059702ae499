import type { Expression } from '../../../dynamodb/expression.ts';
import { text } from '../../../dynamodb/items.ts';
import type { Change } from '../../backend/change.ts';
import { textOfSuccessor } from '../items/keys.ts';
import { names } from '../items/names.ts';
import { expiresNotAfter, has, isLiveAt, isNotRotated } from './conditions.ts';
import { isMany, type Plan } from './write-plan.ts';

/**
 * If the expiry is nearer than this, the write requires the expiry that was read, so that it is known whether the write came
 * too late.
 */
const nearMS = 30_000;

/** The same conditions as in `refusalOf`. */
export function conditionsOf(expression: Expression, plan: Plan): readonly string[] {
  const { change, now } = plan;
  const { successor, ifVersion } = change;
  const conditions = [isLiveAt(expression, now.latest), isNotDoneYet(expression, plan.name)];
  if (successor === undefined) conditions.push(isNotRotated(expression));
  if (successor) {
    const same = `${expression.name(names.successor)} = ${expression.value(text(textOfSuccessor(successor)))}`;
    conditions.push(`(${isNotRotated(expression)} OR ${same})`);
  }
  if (ifVersion !== undefined) conditions.push(has(expression, names.version, ifVersion));
  return [...conditions, ...isStill(expression, plan)];
}

/** The session is still as its writer has read it; others may only have moved its expiry. */
export function conditionsOfKnown(expression: Expression, plan: Plan): readonly string[] {
  const { now, known } = plan;
  const isAsRead = has(expression, names.version, known.version);
  return [isLiveAt(expression, now.latest), isAsRead, hasExpiry(expression, plan)];
}

/** The stored values from which the written values were computed must be unchanged. */
function isStill(expression: Expression, plan: Plan): readonly string[] {
  const { change, known } = plan;
  const conditions = [
    has(expression, names.idleMS, known.idleMS),
    has(expression, names.absoluteEnd, known.absoluteEnd),
  ];
  if (isMany(change)) conditions.push(has(expression, names.version, known.version));
  return [...conditions, hasExpiry(expression, plan)];
}

/** Others may have moved the expiry meanwhile, but only forwards if the idle time is the same. */
function hasExpiry(expression: Expression, { change, known, expiresAt, now }: Plan): string {
  const mayHaveMoved = isPlain(change) && known.expiresAt - now.latest > nearMS;
  return mayHaveMoved
    ? expiresNotAfter(expression, expiresAt)
    : has(expression, names.expiresAt, known.expiresAt);
}

/** The write moves the expiry like a refresh: a slightly different time is acceptable. */
function isPlain({ idleMS, endsInMS }: Change): boolean {
  return idleMS === undefined && endsInMS === undefined;
}

function isNotDoneYet(expression: Expression, name: string): string {
  return `${expression.name(names.write)} <> ${expression.value(text(name))}`;
}
