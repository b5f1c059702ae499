import type { Expression } from '../../../dynamodb/expression.ts';
import { text } from '../../../dynamodb/items.ts';
import type { Change } from '../../backend/change.ts';
import { textOfNext } from '../items/keys.ts';
import { names } from '../items/names.ts';
import { expiresNotAfter, has, hasNoNext, isLiveAt } from './conditions.ts';
import { isMany, type Plan } from './write-plan.ts';

/** So near to its end the expiry that was found must be the one that is moved, so that it is known whether it was too late. */
const nearMS = 30_000;

/** As in `refusalOf`. */
export function conditionsOf(expression: Expression, plan: Plan): readonly string[] {
  const { change, now } = plan;
  const { next, ifVersion } = change;
  const conditions = [isLiveAt(expression, now.latest), isNotDoneYet(expression, plan.name)];
  if (next === undefined) conditions.push(hasNoNext(expression));
  if (next) {
    const same = `${expression.name(names.next)} = ${expression.value(text(textOfNext(next)))}`;
    conditions.push(`(${hasNoNext(expression)} OR ${same})`);
  }
  if (ifVersion !== undefined) conditions.push(has(expression, names.version, ifVersion));
  return [...conditions, ...isStill(expression, plan)];
}

/** What the values that are written were made of. */
function isStill(expression: Expression, { change, known, expiresAt, now }: Plan): readonly string[] {
  const conditions = [
    has(expression, names.idleMS, known.idleMS),
    has(expression, names.absoluteEnd, known.absoluteEnd),
  ];
  if (isMany(change)) conditions.push(has(expression, names.version, known.version));
  // Others may have moved it meanwhile, and only forwards while the idle time is the same.
  const mayHaveMoved = isPlain(change) && known.expiresAt - now.latest > nearMS;
  conditions.push(
    mayHaveMoved ? expiresNotAfter(expression, expiresAt) : has(expression, names.expiresAt, known.expiresAt),
  );
  return conditions;
}

/** Its expiry moves as a refresh would move it: any other time that is as near will do as well. */
function isPlain({ idleMS, endsInMS }: Change): boolean {
  return idleMS === undefined && endsInMS === undefined;
}

function isNotDoneYet(expression: Expression, name: string): string {
  return `${expression.name(names.write)} <> ${expression.value(text(name))}`;
}
