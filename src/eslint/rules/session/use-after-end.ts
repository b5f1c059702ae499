import { useAfterEnd as twin } from '../../../guard/rules/session/use-after-end.ts';
import { kindOf } from '../../parts/clients/collection-or-model.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { fatesOf } from '../../syntax/fate.ts';
import {
  type Call,
  functionAround,
  is,
  isBefore,
  methodOf,
  type Node,
  parentOf,
  receiverOf,
  within,
} from '../../syntax/nodes.ts';
import { type Operation, sessionOperations } from '../../parts/operations.ts';
import { finallyBlocksAround, hasAlwaysRun, sharesFunction } from '../../syntax/order.ts';
import { callsOn, type Session } from '../../parts/sessions/sessions.ts';
import { type Source, writesOf } from '../../syntax/source.ts';
import { mayBeAwaitedElsewhere, waitsForMore } from '../../parts/promises/waited-elsewhere.ts';
import { runnersOf, unitAround } from '../../parts/transactions/transactions.ts';

type SessionOperation = Operation & { readonly session: Session };

/** A session is used where it has ended on every way to that place. */
export const useAfterEnd = defineRule(twin.meta, (source, report) => {
  for (const operation of sessionOperations(source)) {
    const { call, session } = operation;
    const isLate =
      isAfterEnd(source, call, session) ||
      isReturnedUnsent(source, operation) ||
      isInTimer(source, operation);
    if (isLate) report({ node: call, messageId: 'operation', data: { operation: labelOf(source, call) } });
  }
  for (const session of sessionsOf(source)) {
    for (const call of callsOn(source, session, 'startTransaction', 'withTransaction'))
      if (isAfterEnd(source, call, session)) report({ node: call, messageId: 'transaction' });
  }
});

function sessionsOf(source: Source): readonly Session[] {
  return [...new Set(sessionOperations(source).map(({ session }) => session))];
}

function isAfterEnd(source: Source, use: Call, session: Session): boolean {
  const { variable } = session;
  if (variable !== undefined && session.kind !== 'handed' && writesOf(variable).length > 1) return false;
  return callsOn(source, session, 'endSession').some(
    end =>
      sharesFunction(end, use) &&
      hasAlwaysRun(end, use) &&
      !within(use, end) &&
      !isAround(end, use) &&
      !isStartedBetween(session, end, use) &&
      !isAskedBetween(source, session, end, use) &&
      (variable !== undefined || !mayBeSetBetween(source, end, use)),
  );
}

/** `if (!session.hasEnded) …` around the use, and after the end. */
function isAskedBetween(source: Source, { variable }: Session, end: Node, use: Node): boolean {
  for (let at = parentOf(use); at !== undefined && at !== functionAround(use); at = parentOf(at)) {
    if (!is(at, 'IfStatement') || !isBefore(end, at.test)) continue;
    const asked = /(!?)\s*([\w$.#]+)\.hasEnded\b/.exec(source.code.getText(at.test));
    if (asked === null || (variable !== undefined && asked[2] !== variable.name)) continue;
    const whereItLives = asked[1] === '!' ? at.consequent : at.alternate;
    if (whereItLives !== null && within(use, whereItLives)) return true;
  }
  return false;
}

/** `insertOne(…).finally(() => session.endSession())`, or the end as an argument of something. */
function isAround(end: Node, use: Node): boolean {
  return within(end, use);
}

/** A loop starts a new session in each round: the end of one round is not before the use in the next. */
function isStartedBetween({ call }: Session, end: Node, use: Node): boolean {
  return call !== undefined && isBefore(end, call) && isBefore(call, use);
}

/** For a session in a property: it is set, or something is called that may set it. */
function mayBeSetBetween(source: Source, end: Node, use: Node): boolean {
  return source.below(source.code.ast).some(node => {
    if (!isBefore(end, node) || !isBefore(node, use)) return false;
    if (is(node, 'AssignmentExpression')) return true;
    if (!is(node, 'CallExpression')) return false;
    const { arguments: given } = node;
    return is(receiverOf(node), 'ThisExpression', 'Super') || given.some(one => is(one, 'ThisExpression'));
  });
}

/** A cursor, or a query of mongoose, leaves the block that ends its session before anything is sent. */
function isReturnedUnsent(source: Source, operation: SessionOperation): boolean {
  const { call, value, session, receiver, isSent } = operation;
  const parent = parentOf(value);
  const kind = kindOf(source, receiver);
  const isCursor = kind === 'collection' && !isSent;
  const func = functionAround(call);
  const isReturned = is(parent, 'ReturnStatement') || (func !== undefined && parent === func);
  if (!isReturned || func === undefined) return false;
  const runner = runnersOf(source).find(one => one.callback === func && one.session === session);
  if (isCursor && runner !== undefined)
    return runner.name !== 'withTransaction' || session.call === runner.call;
  const isMongoose = kind === 'model' || operation.chain.some(one => methodOf(one) === 'session');
  const isQuery = isMongoose && ['find', 'findOne', 'updateOne', 'updateMany'].includes(operation.name);
  const isUnsentQuery = isQuery && operation.chain.every(one => !isExec(one));
  if (!isCursor && !isUnsentQuery) return false;
  const ends = callsOn(source, session, 'endSession');
  return finallyBlocksAround(value).some(block => ends.some(end => within(end, block)));
}

const sends = new Set(['exec', 'then', 'catch', 'finally', 'cursor']);

/** Sends a query of mongoose; `lean()` and the like only change it. */
function isExec(call: Call): boolean {
  return sends.has(methodOf(call) ?? '');
}

/** `setTimeout(() => orders.insertOne(…), 100)`, and the session ends before. */
function isInTimer(source: Source, { call, value, session }: SessionOperation): boolean {
  const unit = unitAround(source, call, session);
  if (unit === undefined && session.owner !== undefined) return false;
  if (mayBeAwaitedElsewhere(source, value, unit) || waitsForMore(source, call, unit)) return false;
  if (!fatesOf(source, value, unit).includes('timer')) return false;
  if (runnersOf(source).some(one => one.callback === unit && one.session === session)) return true;
  return callsOn(source, session, 'endSession').some(end => functionAround(end) === unit);
}
