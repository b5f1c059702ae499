import { transactionState as twin } from '../../../guard/rules/transaction/transaction-state.ts';
import { catchAround } from '../../parts/transactions/catches.ts';
import { defineRule } from '../../parts/define-rule.ts';
import { isAsked, isGivenAway, isHandedOn } from '../../parts/sessions/handed-on.ts';
import {
  awaited,
  type Call,
  is,
  isBefore,
  isPromiseMethod,
  methodOf,
  type Node,
  parentOf,
  receiverOf,
  within,
} from '../../syntax/nodes.ts';
import { hasAlwaysRun, sharesFunction } from '../../syntax/order.ts';
import { callsOn, type Session, sessionOf } from '../../parts/sessions/sessions.ts';
import { readsOf, type Source } from '../../syntax/source.ts';
import { runnersOf } from '../../parts/transactions/transactions.ts';

/** A transaction is ended that has not been started, or that has been ended before. */
export const transactionState = defineRule(twin.meta, (source, report) => {
  for (const call of source.calls) {
    const name = methodOf(call);
    if (name !== 'commitTransaction' && name !== 'abortTransaction') continue;
    const session = sessionOf(source, receiverOf(call));
    if (session === undefined) continue;
    if (name === 'commitTransaction' && isNeverStarted(source, session))
      report({ node: call, messageId: 'none', data: { call: name } });
    else if (name === 'abortTransaction' && isAfterCommit(source, call, session))
      report({ node: call, messageId: 'over', data: { call: name, phase: 'committed' } });
    else if (name === 'abortTransaction' && isAfterFailedRunner(source, call, session))
      report({ node: call, messageId: 'over', data: { call: name, phase: 'aborted' } });
    else if (name === 'commitTransaction' && isAfterRunner(source, call, session))
      report({ node: call, messageId: 'over', data: { call: name, phase: 'committed' } });
    else if (
      name === 'commitTransaction' &&
      (isAfterEnd(source, call, session) || isInFinally(source, call, session))
    )
      report({ node: call, messageId: 'over', data: { call: name, phase: 'aborted' } });
  }
});

/** This code has the session alone, and starts no transaction on it. */
function isNeverStarted(source: Source, session: Session): boolean {
  const { variable, kind } = session;
  if (variable === undefined || kind === 'handed') return false;
  if (runnersOf(source).some(one => one.isTransaction && one.session === session)) return false;
  if (callsOn(source, session, 'startTransaction', 'withTransaction').length > 0) return false;
  return readsOf(variable).every(
    read => is(parentOf(read), 'MemberExpression', 'Property') && !isGivenAway(read),
  );
}

/** `commit; await sendMail();` in a `try` whose `catch` aborts without a question. */
function isAfterCommit(source: Source, abort: Call, session: Session): boolean {
  const handler = handlerAround(abort);
  if (handler === undefined || !is(parentOf(parentOf(abort) ?? abort), 'ExpressionStatement')) return false;
  if (parentOf(parentOf(parentOf(abort) ?? abort) ?? abort) !== handler.body) return false;
  const attempt = parentOf(handler);
  if (!is(attempt, 'TryStatement')) return false;
  const { block } = attempt;
  const commit = callsOn(source, session, 'commitTransaction').find(call => within(call, block));
  if (commit === undefined || parentOf(parentOf(parentOf(commit) ?? commit) ?? commit) !== block)
    return false;
  return source.directlyBelow(block).some(node => {
    if (!is(node, 'AwaitExpression') || !isBefore(commit, node)) return false;
    // A `try` of its own may keep the error.
    if (catchAround(node, block) !== undefined) return false;
    const called = awaited(node.argument);
    if (!is(called, 'CallExpression') || neverRejects(called)) return false;
    return sessionOf(source, receiverOf(called)) === undefined;
  });
}

/** `mail(order).catch(log)`, `Promise.allSettled(…)`. */
function neverRejects(call: Call): boolean {
  for (let at: Node | undefined = call; is(at, 'CallExpression'); at = receiverOf(at))
    if (methodOf(at) === 'catch' || isPromiseMethod(at, 'allSettled')) return true;
  return false;
}

/** `await session.withTransaction(…)` in a `try` whose `catch` aborts without a question: the runner has aborted before it throws. */
function isAfterFailedRunner(source: Source, abort: Call, session: Session): boolean {
  const handler = handlerAround(abort);
  const attempt = handler === undefined ? undefined : parentOf(handler);
  if (handler === undefined || statementAround(abort)?.parent !== handler.body) return false;
  if (!is(attempt, 'TryStatement') || callsOn(source, session, 'startTransaction').length > 0) return false;
  return runsOn(source, session).some(
    call => within(call, attempt.block) && sharesFunction(call, abort) && !isAsked(source, call, abort),
  );
}

/** The runner has committed, and nothing may have started another transaction. */
function isAfterRunner(source: Source, commit: Call, session: Session): boolean {
  if (callsOn(source, session, 'startTransaction').length > 0) return false;
  return runsOn(source, session).some(
    call =>
      sharesFunction(call, commit) &&
      hasAlwaysRun(call, commit) &&
      !isAsked(source, call, commit) &&
      !isHandedOn(session, call, commit),
  );
}

/** The calls of `withTransaction` of the session that are awaited. */
function runsOn(source: Source, session: Session): readonly Call[] {
  return callsOn(source, session, 'withTransaction').filter(call => is(parentOf(call), 'AwaitExpression'));
}

function handlerAround(node: Node) {
  for (let at = parentOf(node); at !== undefined; at = parentOf(at)) if (is(at, 'CatchClause')) return at;
  return undefined;
}

/** `catch { abort } finally { commit }`: after an error the commit follows the abort. */
function isInFinally(source: Source, commit: Call, session: Session): boolean {
  const block = statementAround(commit)?.parent;
  const attempt = block === undefined ? undefined : parentOf(block);
  if (!is(attempt, 'TryStatement') || attempt.finalizer !== block || attempt.handler === null) return false;
  const { body } = attempt.handler;
  if (source.directlyBelow(body).some(node => is(node, 'ReturnStatement'))) return false;
  if (callsOn(source, session, 'startTransaction').some(start => within(start, body))) return false;
  return callsOn(source, session, 'abortTransaction').some(abort => statementAround(abort)?.parent === body);
}

/** The statement that a call is, also after `await`. */
function statementAround(call: Call): Node | undefined {
  const parent = parentOf(call);
  const statement = is(parent, 'AwaitExpression') ? parentOf(parent) : parent;
  return is(statement, 'ExpressionStatement') ? statement : undefined;
}

/** The end of the session has aborted the transaction. */
function isAfterEnd(source: Source, commit: Call, session: Session): boolean {
  return callsOn(source, session, 'endSession').some(
    end => sharesFunction(end, commit) && hasAlwaysRun(end, commit) && !within(commit, end),
  );
}
