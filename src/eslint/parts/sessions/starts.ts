import {
  awaited,
  bare,
  type Call,
  type Func,
  is,
  isFunction,
  memberName,
  methodOf,
  type Node,
  parentOf,
  propertyName,
  receiverOf,
} from '../../syntax/nodes.ts';
import { type Source, type Variable, writesOf } from '../../syntax/source.ts';

/** The `startSession()` that a variable gets its value from, also through `keep()`, `??=` and a later assignment. */
export function startOf(source: Source, variable: Variable): Call | undefined {
  const [definition] = variable.defs;
  const written = writesOf(variable).map(({ writeExpr }) => writeExpr);
  if (definition === undefined || isFunction(definition.node)) return undefined;
  for (const value of written) {
    const call =
      value === null || value === undefined ? undefined : (startIn(value) ?? startedFor(source, value));
    if (call !== undefined) return call;
  }
  return undefined;
}

/** `session = given`, where `given` is what `startSession().then(given => …)` gives its callback. */
function startedFor(source: Source, value: Node): Call | undefined {
  const [definition] = source.variableOf(bare(value))?.defs ?? [];
  return definition !== undefined && isFunction(definition.node)
    ? startBeforeThen(definition.node, definition.name)
    : undefined;
}

/** The `startSession()` of `client.startSession().then(session => …)`, for the first parameter of the callback. */
export function startBeforeThen(func: Func, parameter: Node): Call | undefined {
  const call = parentOf(func);
  if (func.params[0] !== parameter || !is(call, 'CallExpression') || methodOf(call) !== 'then')
    return undefined;
  const receiver = call.arguments[0] === func ? receiverOf(call) : undefined;
  return receiver === undefined ? undefined : startIn(receiver);
}

/** `client.startSession()`, also in `keep(client.startSession())`. */
export function startIn(value: Node): Call | undefined {
  const node = awaited(value);
  if (!is(node, 'CallExpression')) return undefined;
  if (isStart(node)) return node;
  const [first] = node.arguments;
  return isKeep(node) && first !== undefined ? startIn(first) : undefined;
}

function isStart(call: Call): boolean {
  const name = is(call.callee, 'Identifier') ? call.callee.name : methodOf(call);
  return name === 'startSession';
}

export function isKeep(call: Call): boolean {
  return is(call.callee, 'Identifier') && call.callee.name === 'keep';
}

/** The `startSession()` that a property of a class gets its value from. */
export function startOfProperty(source: Source, body: Node, name: string): Call | undefined {
  for (const node of source.below(body)) {
    const value = valueGivenTo(node, name);
    const call = value === undefined ? undefined : startIn(value);
    if (call !== undefined) return call;
  }
  return undefined;
}

/** The value that a field of the class begins with, or is set to. */
function valueGivenTo(node: Node, name: string): Node | undefined {
  if (is(node, 'PropertyDefinition'))
    return memberName(node) === name ? (node.value ?? undefined) : undefined;
  if (!is(node, 'AssignmentExpression') || !is(node.left, 'MemberExpression')) return undefined;
  const isOfThis = is(node.left.object, 'ThisExpression') && propertyName(node.left) === name;
  return isOfThis ? node.right : undefined;
}
