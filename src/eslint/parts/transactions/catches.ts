import {
  bare,
  type Call,
  is,
  isFunction,
  methodOf,
  type Node,
  parentOf,
  propertyName,
  receiverOf,
  within,
} from '../../syntax/nodes.ts';
import type { Session } from '../sessions/sessions.ts';
import { callsOn } from '../sessions/sessions.ts';
import { readsOf, type Source } from '../../syntax/source.ts';

/** Code that is run with an error: a `catch` block, or the function of `.catch(…)`. */
export interface Catcher {
  readonly body: Node;
  /** The variable of the error. */
  readonly error: Node | undefined;
}

/** The innermost handler of the errors of an awaited call, within a function or a block. */
export function catcherOf(
  source: Source,
  value: Node,
  chain: readonly Call[],
  until: Node,
): Catcher | undefined {
  const step = chain.find(call => methodOf(call) === 'catch');
  const [handler] = step?.arguments ?? [];
  if (handler !== undefined) {
    const func = bare(handler);
    return isFunction(func) ? { body: func.body, error: func.params[0] } : undefined;
  }
  return catchAround(value, until);
}

/** The `catch` of the innermost `try` around a node that has one. */
export function catchAround(node: Node, until: Node): Catcher | undefined {
  for (let at = parentOf(node); at !== undefined && at !== until && !isFunction(at); at = parentOf(at))
    if (is(at, 'TryStatement') && at.handler !== null && within(node, at.block))
      return { body: at.handler.body, error: at.handler.param ?? undefined };
  return undefined;
}

/** Does the handler keep the error to itself: nothing is thrown, given on, remembered or ended in it? */
export function keepsToItself(source: Source, { body, error }: Catcher, session: Session): boolean {
  const nodes = source.below(body);
  if (nodes.some(node => is(node, 'ThrowStatement', 'AssignmentExpression', 'UpdateExpression')))
    return false;
  const ends = callsOn(source, session, 'abortTransaction', 'commitTransaction', 'endSession');
  if (ends.some(end => within(end, body))) return false;
  if (nodes.some(node => is(node, 'CallExpression') && !isHarmless(node) && mentions(source, node, error)))
    return false;
  return !nodes.some(node => mayActOnError(source, node, session));
}

/** A duplicate key has aborted the transaction, and only other errors are thrown again: `if (error.code !== 11000) throw error`. */
export function lets11000Pass(source: Source, { body }: Catcher, session: Session): boolean {
  if (!is(body, 'BlockStatement') || !/11000/.test(source.code.getText(body))) return false;
  const ends = callsOn(source, session, 'abortTransaction', 'endSession');
  const throws = source.below(body).filter(node => is(node, 'ThrowStatement'));
  if (throws.length !== 1 || ends.some(end => within(end, body))) return false;
  return body.body.some(
    one =>
      is(one, 'IfStatement') &&
      is(one.test, 'BinaryExpression') &&
      /^!==?$/.test(one.test.operator) &&
      propertyName(bare(one.test.left)) === 'code' &&
      is(one.test.right, 'Literal') &&
      one.test.right.value === 11000 &&
      throws.every(node => within(node, one.consequent)),
  );
}

function isHarmless(call: Call): boolean {
  const callee = bare(call.callee);
  const object = is(callee, 'MemberExpression') ? bare(callee.object) : callee;
  const name = is(object, 'Identifier') ? object.name : (propertyName(object) ?? '');
  return /^(?:console|log|logger|String|debug)$/i.test(name);
}

/** The error, or something of it, is given to a call: nobody knows what that does with it. */
function mentions(source: Source, call: Call, error: Node | undefined): boolean {
  if (!is(error, 'Identifier')) return false;
  const variable = source.variableOf(error);
  return variable !== undefined && readsOf(variable).some(read => within(read, call));
}

const acting = /throw|reject|fail|abort|cancel|roll|stop|exit|raise|^(?:set|add|push|emit|next)$/i;

/** Another call of the handler may abort, tell or stop: only calls without the session and of a logger are surely harmless. */
function mayActOnError(source: Source, node: Node, session: Session): boolean {
  if (!is(node, 'CallExpression') || isHarmless(node)) return false;
  const { variable } = session;
  const hasSession = variable !== undefined && readsOf(variable).some(read => within(read, node));
  const isBareCall = is(bare(node.callee), 'Identifier');
  const isOwn = is(receiverOf(node), 'ThisExpression', 'Super');
  return hasSession || isBareCall || isOwn || acting.test(methodOf(node) ?? '');
}
