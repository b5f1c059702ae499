import { clientPerRequest as twin } from '../../../guard/rules/client/client-per-request.ts';
import { makesClient } from '../../parts/clients/clients.ts';
import { defineRule } from '../../parts/define-rule.ts';
import { isPerRequest, isRunAtOnce } from '../../syntax/request-handlers.ts';
import {
  type Func,
  functionAround,
  is,
  isFunction,
  type Node,
  parentOf,
  pathOf,
  within,
} from '../../syntax/nodes.ts';
import type { Source } from '../../syntax/source.ts';

const { fix } = twin.meta.messages.many;

/** A client is made for each request, or for each element of a list at once. */
export const clientPerRequest = defineRule(
  {
    ...twin.meta,
    messages: {
      many: { says: 'A client is made here for each request, with a pool of its own.', fix },
      atOnce: {
        says: 'A client is made here for each element of a list, all at once, each with a pool of its own.',
        fix,
      },
    },
  },
  (source, report) => {
    const made = source.below(source.code.ast).filter(node => is(node, 'NewExpression', 'CallExpression'));
    for (const node of made) {
      const func = functionAround(node);
      if (func === undefined || isConditional(node) || isWrapped(node)) continue;
      if (!makesClient(node) && !isConnectedAndClosed(source, node, func)) continue;
      if (dependsOnCall(source, node, func)) continue;
      if (isPerRequest(source, func)) report({ node, messageId: 'many' });
      else if (isRunAtOnce(source, func)) report({ node, messageId: 'atOnce' });
    }
  },
);

/** `new MongoClient(uri)` in `new MongoClient(uri).connect()` is the client; the call around it is not another one. */
function isWrapped(node: Node): boolean {
  if (!is(node, 'CallExpression') || !is(node.callee, 'MemberExpression')) return false;
  return is(node.callee.object, 'NewExpression') && makesClient(node.callee.object);
}

/** `mongoose.connect(…)` keeps a client that is connected; in a function that also disconnects it makes one each time. */
function isConnectedAndClosed(source: Source, node: Node, func: Func): boolean {
  if (!is(node, 'CallExpression') || pathOf(node.callee) !== 'mongoose.connect') return false;
  return source.calls.some(
    call =>
      functionAround(call) === func &&
      /^mongoose\.(?:disconnect|connection\.close)$/.test(pathOf(call.callee) ?? ''),
  );
}

/** A cache is filled: `cached ??= new MongoClient(uri)`, `if (!cached) …`. */
function isConditional(node: Node): boolean {
  for (let at: Node | undefined = node; at !== undefined && !isFunction(at); at = parentOf(at)) {
    const parent = parentOf(at);
    if (is(parent, 'IfStatement', 'ConditionalExpression', 'LogicalExpression', 'SwitchCase', 'CatchClause'))
      return true;
    if (is(parent, 'AssignmentExpression')) return true;
  }
  return hasEarlierExit(node);
}

/** `if (cached) return cached;` before it. */
function hasEarlierExit(node: Node): boolean {
  for (let at: Node | undefined = node; at !== undefined && !isFunction(at); at = parentOf(at)) {
    const block = parentOf(at);
    if (!is(block, 'BlockStatement')) continue;
    const before = block.body.filter(one => one.range[1] <= node.range[0]);
    if (before.some(one => is(one, 'IfStatement') && /cach|client|conn|db|global/i.test(textOf(one.test))))
      return true;
  }
  return false;
}

function textOf(test: Node): string {
  if (is(test, 'Identifier')) return test.name;
  if (is(test, 'MemberExpression')) return `${textOf(test.object)}.${textOf(test.property)}`;
  if (is(test, 'UnaryExpression')) return textOf(test.argument);
  return is(test, 'BinaryExpression', 'LogicalExpression')
    ? `${textOf(test.left)} ${textOf(test.right)}`
    : '';
}

/** The address or the options are those of this call: each client may be another one. */
function dependsOnCall(source: Source, node: Node, func: Func): boolean {
  return source.below(node).some(inner => {
    const definition = is(inner, 'Identifier') ? source.variableOf(inner)?.defs[0] : undefined;
    if (definition === undefined || !within(definition.name, func)) return false;
    return !within(definition.name, node);
  });
}
