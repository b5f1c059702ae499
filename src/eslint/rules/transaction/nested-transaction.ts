import { nestedTransaction as twin } from '../../../guard/rules/transaction/nested-transaction.ts';
import { awaitIt } from '../../fixes/await-it.ts';
import { clientOf, isSameClient, rootOf } from '../../parts/clients/clients.ts';
import { defineRule } from '../../parts/define-rule.ts';
import { isHandedOn } from '../../parts/sessions/handed-on.ts';
import {
  type Call,
  type Func,
  functionAround,
  is,
  isBefore,
  isInLoop,
  methodOf,
  type Node,
  outermost,
  parentOf,
  receiverOf,
} from '../../syntax/nodes.ts';
import { hasAlwaysRun, leaves, sharesFunction } from '../../syntax/order.ts';
import { callsOn, type Session, sessionOf } from '../../parts/sessions/sessions.ts';
import { callsOf, mentionsOf, type Source } from '../../syntax/source.ts';
import {
  isRunner,
  type Runner,
  runnersAround,
  runnersOf,
  transactionAt,
} from '../../parts/transactions/transactions.ts';

/** A transaction is started where one is open, or commits by itself inside the callback of another one. */
export const nestedTransaction = defineRule(twin.meta, (source, report) => {
  for (const runner of runnersOf(source)) {
    if (!commitsItself(runner)) continue;
    const outer = outerOf(source, runner);
    if (outer === 'same session') report({ node: runner.call, messageId: 'started' });
    else if (outer !== undefined) report({ node: runner.call, messageId: 'committed' });
  }
  for (const call of source.calls) {
    if (methodOf(call) !== 'startTransaction') continue;
    const session = sessionOf(source, receiverOf(call));
    if (session === undefined) continue;
    const overlapped = overlappedBy(source, call, session);
    if (overlapped !== undefined)
      report({
        node: call,
        messageId: 'overlapped',
        data: { call: methodOf(overlapped) ?? '' },
        suggest: awaitIt(source, outermost(overlapped), functionAround(overlapped)),
      });
    else if (isStartedTwice(source, call, session) || isStartedForCaller(source, call, session))
      report({ node: call, messageId: 'started' });
  }
});

/** `withTxn` joins the outer transaction. */
function commitsItself({ name, isTransaction }: Runner): boolean {
  return isTransaction && name !== 'withTxn';
}

function outerOf(source: Source, inner: Runner): Runner | 'same session' | undefined {
  const called = functionAround(inner.call);
  const places: readonly Node[] = [inner.call, ...awaitedCallsOf(source, called)];
  for (const place of places) {
    const outer = runnersAround(source, place).find(one => one.isTransaction && one !== inner);
    if (outer === undefined || !isAwaitedThere(place, outer.callback)) continue;
    if (outer.session !== undefined && outer.session === inner.session) return 'same session';
    const client = outer.session === undefined ? undefined : clientOf(source, outer.session);
    const own =
      inner.session === undefined ? rootOf(source, receiverOf(inner.call)) : clientOf(source, inner.session);
    if (isSameClient(client, own) === true) return outer;
  }
  return undefined;
}

/** The calls of a function of this file that a caller waits for. */
function awaitedCallsOf(source: Source, func: Func | undefined): readonly Call[] {
  if (func === undefined) return [];
  return callsOf(source, func).filter(call => is(parentOf(call), 'AwaitExpression', 'ReturnStatement'));
}

/** No function stands between that may run at another time, such as `outsideTxn(() => …)`. */
function isAwaitedThere(place: Node, callback: Func): boolean {
  for (let func = functionAround(place); func !== undefined; func = functionAround(func)) {
    if (func === callback) return true;
    const call = parentOf(func);
    if (!is(call, 'CallExpression') || methodOf(call) !== 'withSession') return false;
    if (!is(parentOf(call), 'AwaitExpression', 'ReturnStatement', 'ArrowFunctionExpression')) return false;
  }
  return false;
}

/** Before it on the same way another start, or itself in the last round of a loop, and nothing that ends the first. */
function isStartedTwice(source: Source, call: Call, session: Session): boolean {
  const ends = callsOn(source, session, 'commitTransaction', 'abortTransaction', 'endSession');
  const runner = runnersAround(source, call).find(one => one.isTransaction && one.session === session);
  if (runner !== undefined && functionAround(call) === runner.callback)
    return ends.every(end => !isBefore(end, call));
  return callsOn(source, session, 'startTransaction').some(
    first =>
      first !== call &&
      sharesFunction(first, call) &&
      hasAlwaysRun(first, call) &&
      !ends.some(end => isBefore(first, end) && isBefore(end, call)),
  );
}

/** A function of this file starts one on a session that each of its callers has a transaction on. */
function isStartedForCaller(source: Source, start: Call, session: Session): boolean {
  const { kind, owner } = session;
  if (kind !== 'handed' || owner === undefined || functionAround(start) !== owner) return false;
  // A branch may ask first whether a transaction is open.
  for (let at = parentOf(start); at !== undefined && at !== owner; at = parentOf(at))
    if (!is(at, 'BlockStatement', 'ExpressionStatement', 'TryStatement', 'AwaitExpression')) return false;
  const place = owner.params.findIndex(param => source.variableOf(param) === session.variable);
  const calls = callsOf(source, owner);
  const mayLeave = source.directlyBelow(owner).some(node => leaves(node) && isBefore(node, start));
  const ends = callsOn(source, session, 'commitTransaction', 'abortTransaction', 'endSession');
  return (
    calls.length > 0 &&
    mentionsOf(source, owner).length === 0 &&
    !mayLeave &&
    !ends.some(end => isBefore(end, start)) &&
    !isHandedOn(session, owner.params[0] ?? owner, start) &&
    calls.every(call => isOpenFor(source, call, place))
  );
}

/** The session that a call hands on in this place is in a transaction, which no other code may have ended since its start. */
function isOpenFor(source: Source, call: Call, place: number): boolean {
  const session = sessionOf(source, call.arguments[place]);
  if (session === undefined) return false;
  const transaction = transactionAt(source, call, session);
  if (transaction === undefined || isRunner(transaction)) return transaction !== undefined;
  return sharesFunction(transaction, call) && !isHandedOn(session, transaction, call);
}

/** The last commit is dropped right before, or kept in a variable in a loop whose next round starts a transaction. */
function overlappedBy(source: Source, start: Call, session: Session): Call | undefined {
  const ends = callsOn(source, session, 'commitTransaction', 'abortTransaction');
  return ends.find(end => {
    if (end.arguments.length > 0 || !sharesFunction(end, start)) return false;
    const parent = parentOf(end);
    if (is(parent, 'ExpressionStatement') && hasAlwaysRun(end, start))
      return !source.calls.some(call => isBefore(end, call) && isBefore(call, start) && isAwaited(call));
    const isKept = is(parent, 'ExpressionStatement', 'AssignmentExpression');
    if (!isKept || methodOf(end) !== 'commitTransaction') return false;
    return isInLoop(start) && isInLoop(end) && hasAlwaysRun(start, end);
  });
}

function isAwaited(call: Call): boolean {
  return is(parentOf(outermost(call)), 'AwaitExpression');
}
