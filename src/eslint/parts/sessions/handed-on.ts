import { methods } from '../../syntax/methods.ts';
import {
  bare,
  functionAround,
  is,
  isBefore,
  methodOf,
  type Node,
  parentOf,
  propertyName,
} from '../../syntax/nodes.ts';
import { readsOf, type Source } from '../../syntax/source.ts';
import type { Session } from './sessions.ts';

/**
 * Between two places, does the session go to code that may start or end a transaction on it? Another function may run at any
 * time, so what it does with the session counts too. A session that a class keeps is seen by all its methods.
 */
export function isHandedOn({ variable }: Session, from: Node, to: Node): boolean {
  if (variable === undefined) return true;
  return readsOf(variable).some(read => {
    const isBetween = isBefore(from, read) && isBefore(read, to);
    return (isBetween || functionAround(read) !== functionAround(to)) && isGivenAway(read);
  });
}

/** Everything that is not a call of a method by its name, an option of an operation, or a condition. */
export function isGivenAway(read: Node): boolean {
  const parent = parentOf(read);
  if (is(parent, 'MemberExpression')) {
    const call = parentOf(parent);
    const isMethod = is(call, 'CallExpression') && bare(call.callee) === parent;
    return (
      parent.object !== read ||
      parent.computed ||
      (!isMethod && (propertyName(parent) ?? '').endsWith('Transaction'))
    );
  }
  if (is(parent, 'Property') && is(parent.parent, 'ObjectExpression')) {
    const call = parentOf(parent.parent);
    return !is(call, 'CallExpression') || !methods.has(methodOf(call) ?? '');
  }
  if (is(parent, 'CallExpression')) return !['session', '$session'].includes(methodOf(parent) ?? '');
  return !is(parent, 'IfStatement', 'UnaryExpression', 'LogicalExpression');
}

/** Does the program ask between two places whether the session is in a transaction? */
export function isAsked(source: Source, from: Node, to: Node): boolean {
  return source.calls.some(
    call => methodOf(call) === 'inTransaction' && isBefore(from, call) && isBefore(call, to),
  );
}
