import { clientClosedInUse as twin } from '../../../guard/rules/client/client-closed-in-use.ts';
import { awaitIt } from '../../fixes/await-it.ts';
import { clientOf, closesOf, isSameClient, type Root, rootOf } from '../../parts/clients/clients.ts';
import { kindOf } from '../../parts/clients/collection-or-model.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { asyncFunctionOf, fatesOf, isDropped } from '../../syntax/fate.ts';
import {
  bare,
  type Call,
  functionAround,
  is,
  isBefore,
  isFunction,
  methodOf,
  type Node,
  outermost,
  parentOf,
  receiverOf,
  within,
} from '../../syntax/nodes.ts';
import { type Operation, operationsOf } from '../../parts/operations.ts';
import { finallyBlocksAround } from '../../syntax/order.ts';
import type { Source } from '../../syntax/source.ts';
import { mayBeAwaitedElsewhere } from '../../parts/promises/waited-elsewhere.ts';
import { runnersAround } from '../../parts/transactions/transactions.ts';

/** A client is closed while something of it is in flight, or by a callback that still needs it. */
export const clientClosedInUse = defineRule(twin.meta, (source, report) => {
  for (const { call, root } of closesOf(source)) {
    const work = workInFlight(source, call, root);
    if (isInsideRunner(source, call, root)) report({ node: call, messageId: 'inside' });
    else if (work !== undefined)
      report({
        node: call,
        messageId: 'operations',
        data: { work: labelOf(source, work.call) },
        suggest: awaitIt(source, work.value, functionAround(call)),
      });
  }
});

function isInsideRunner(source: Source, close: Call, root: Root): boolean {
  const [runner] = runnersAround(source, close);
  if (runner === undefined || functionAround(close) !== runner.callback) return false;
  const { session, call } = runner;
  const client = session === undefined ? rootOf(source, receiverOf(call)) : clientOf(source, session);
  return isSameClient(client, root) === true;
}

/** `value` is the whole expression, with all that is called on it. */
type InFlight = Pick<Operation, 'call' | 'value'>;

function workInFlight(source: Source, close: Call, root: Root): InFlight | undefined {
  const home = functionAround(close);
  const operation = operationsOf(source).find(
    one =>
      isEager(source, one) &&
      isOn(source, rootOf(source, one.receiver), root) &&
      (isReturnedInto(close, one.value) || isDroppedBefore(source, one, close)),
  );
  if (operation !== undefined) return operation;
  const dropped = source.calls.find(
    call =>
      functionAround(call) === home &&
      isBefore(call, close) &&
      isDropped(withoutCatch(call)) &&
      worksWith(source, call, root) &&
      !isSomethingAwaited(source, call, close),
  );
  return dropped === undefined ? undefined : { call: dropped, value: withoutCatch(dropped) };
}

/** The models of other files are those of mongoose itself, where this file makes no other connection. */
function isOn(source: Source, used: Root | undefined, closed: Root): boolean {
  if (isSameClient(used, closed) === true) return true;
  const isDefault = closed.key === 'mongoose' && !/createConnection/.test(source.text);
  return isDefault && used?.key === 'imported models';
}

function isEager(source: Source, { receiver, isSent, name }: Operation): boolean {
  if (kindOf(source, receiver) !== 'model') return isSent;
  return ['create', 'save', 'insertMany', 'bulkWrite', 'bulkSave'].includes(name);
}

/** `return orders.findOne(…)` without `await` in a `try` whose `finally` closes the client. */
function isReturnedInto(close: Call, value: Node): boolean {
  const isReturned = is(parentOf(value), 'ReturnStatement');
  return isReturned && finallyBlocksAround(value).some(block => within(close, block));
}

function isDroppedBefore(source: Source, { call, value, session }: Operation, close: Call): boolean {
  const home = functionAround(close);
  // The end of the session comes first: `unawaited-operation` reports it.
  if (session !== undefined) return false;
  if (
    !isBefore(call, close) ||
    mayBeAwaitedElsewhere(source, value, home) ||
    isSomethingAwaited(source, call, close)
  )
    return false;
  if (call.arguments.some(argument => isFunction(bare(argument)))) return false;
  return isRunIn(call, home) && fatesOf(source, value, home).includes('dropped');
}

/** In the function itself, or in the callback of a list in it: `rows.forEach(async row => …)`. */
function isRunIn(call: Node, home: Node | undefined): boolean {
  for (let func = functionAround(call); func !== home; func = functionAround(func)) {
    const list = func === undefined ? undefined : parentOf(func);
    if (func === undefined || !is(list, 'CallExpression')) return false;
    if (methodOf(list) !== 'forEach' && methodOf(list) !== 'map') return false;
  }
  return true;
}

/** Between the two something is waited for that is not an operation: it may be the signal that all is done. */
function isSomethingAwaited(source: Source, from: Node, to: Node): boolean {
  return source.below(source.code.ast).some(node => {
    if (!is(node, 'AwaitExpression') || !isBefore(from, node) || !isBefore(node, to)) return false;
    if (functionAround(node) !== functionAround(to)) return false;
    return !operationsOf(source).some(one => within(one.value, node));
  });
}

/** `main().catch(console.error)`: the whole of it. */
function withoutCatch(call: Call): Node {
  const member = parentOf(call);
  const next = is(member, 'MemberExpression') ? parentOf(member) : undefined;
  return is(next, 'CallExpression') && methodOf(next) === 'catch' ? outermost(next) : call;
}

/** An async function of this file that waits for operations of the client. */
function worksWith(source: Source, call: Call, root: Root): boolean {
  const func = asyncFunctionOf(source, call);
  if (func === undefined) return false;
  return operationsOf(source).some(
    one => functionAround(one.call) === func && isSameClient(rootOf(source, one.receiver), root) === true,
  );
}
