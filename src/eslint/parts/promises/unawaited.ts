import { type Fate, fatesOf } from '../../syntax/fate.ts';
import {
  type Call,
  type Func,
  functionAround,
  is,
  isBefore,
  methodOf,
  type Node,
  outermost,
  parentOf,
  within,
} from '../../syntax/nodes.ts';
import { isQuery, isQueryOfModel } from '../operations.ts';
import { callsOn, type Session } from '../sessions/sessions.ts';
import type { Source } from '../../syntax/source.ts';
import { mayBeAwaitedElsewhere, waitsForMore } from './waited-elsewhere.ts';
import { runnersOf, unitAround } from '../transactions/transactions.ts';
import { type SessionWork, sessionWorkOf } from './session-work.ts';

export type Moment = 'session' | 'commit' | 'abort' | 'callback';

/** A call whose promise nobody waits for before its session or transaction ends. */
export interface Unawaited {
  readonly call: Call;
  readonly value: Node;
  readonly moment: Moment;
  /** The function at whose end it is too late; undefined: the module. */
  readonly until: Func | undefined;
}

const lost: ReadonlySet<Fate> = new Set(['dropped', 'raced', 'listener']);

export function unawaitedOf(source: Source): readonly Unawaited[] {
  return sessionWorkOf(source).flatMap(work => {
    const next = endedRightAfter(source, work);
    if (next !== undefined)
      return [{ call: work.call, value: work.value, moment: next, until: functionAround(work.call) }];
    const unit = unitAround(source, work.call, work.session);
    if (unit === undefined && work.session.owner !== undefined) return [];
    const moment = momentOf(source, work, unit);
    if (moment === undefined) return [];
    const isLost = isReturnedTooEarly(source, work, unit) || isLostIn(source, work, unit);
    return isLost ? [{ call: work.call, value: work.value, moment, until: unit }] : [];
  });
}

/** `session.commitTransaction(); session.endSession();`: the next thing in the same block, with no `await` between. */
function endedRightAfter(source: Source, { call, value, session }: SessionWork): Moment | undefined {
  const statement = parentOf(value);
  const block = is(statement, 'ExpressionStatement') ? parentOf(statement) : undefined;
  if (!is(block, 'BlockStatement') || isQuery(source, call)) return undefined;
  const end = callsOn(source, session, 'commitTransaction', 'abortTransaction', 'endSession').find(
    one => isBefore(call, one) && (statementOf(one)?.parent === block || isInFinallyOf(block, one)),
  );
  const whole = end !== undefined && within(end, block) ? block : parentOf(block);
  if (end === undefined || isAwaitedBetween(source, whole ?? block, call, end)) return undefined;
  if (methodOf(end) === 'endSession') return 'session';
  return methodOf(call) === methodOf(end) ? undefined : momentsOfEnds[methodOf(end) ?? ''];
}

/** `try { session.withTransaction(…).then(…); } finally { session.endSession(); }` */
function isInFinallyOf(block: Node, end: Call): boolean {
  const attempt = parentOf(block);
  const isBlock = is(attempt, 'TryStatement') && attempt.block === block && attempt.finalizer !== null;
  return isBlock && methodOf(end) === 'endSession' && statementOf(end)?.parent === attempt.finalizer;
}

const momentsOfEnds: Readonly<Record<string, Moment>> = {
  commitTransaction: 'commit',
  abortTransaction: 'abort',
};

function statementOf(call: Call): Node | undefined {
  const parent = parentOf(outermost(call));
  return is(parent, 'AwaitExpression') ? parentOf(parent) : parent;
}

function isAwaitedBetween(source: Source, block: Node, first: Node, second: Node): boolean {
  return source
    .directlyBelow(block)
    .some(
      node =>
        is(node, 'AwaitExpression', 'YieldExpression') && isBefore(first, node) && isBefore(node, second),
    );
}

function isLostIn(source: Source, work: SessionWork, unit: Func | undefined): boolean {
  if (mayBeAwaitedElsewhere(source, work.value, unit)) return false;
  const fates = fatesOf(source, work.value, unit);
  const isHeard = fates.includes('listener') && !isOfStream(work.call);
  if (isHeard && waitsForMore(source, work.call, unit)) return false;
  return fates.some(fate => lost.has(fate));
}

/** A listener of `data`: what waits for the end of the stream does not wait for the work of its listeners. */
function isOfStream(call: Call): boolean {
  for (let func = functionAround(call); func !== undefined; func = functionAround(func)) {
    const [event] = is(func.parent, 'CallExpression') ? func.parent.arguments : [];
    if (is(event, 'Literal') && event.value === 'data') return true;
  }
  return false;
}

/** What comes while the work is in flight: the end of a callback, or a call that ends the session or its transaction. */
function momentOf(
  source: Source,
  { call, session }: SessionWork,
  unit: Func | undefined,
): Moment | undefined {
  const runner = runnersOf(source).find(one => one.callback === unit && one.session === session);
  if (runner !== undefined && unit !== undefined) return runner.isTransaction ? 'callback' : 'session';
  if (session.kind === 'handed') return 'callback';
  if (/^(?:commit|abort)Transaction$/.test(methodOf(call) ?? ''))
    return momentOfEnding(source, call, session, unit);
  const ends = callsOn(source, session, 'commitTransaction', 'abortTransaction', 'endSession');
  const later = ends.filter(end => end !== call && isBefore(call, end) && runsAfter(source, end, call, unit));
  const [next] = later;
  if (next === undefined) return isDisposed(session) ? 'session' : undefined;
  const name = methodOf(next);
  if (name === 'commitTransaction') return 'commit';
  return name === 'abortTransaction' && later.length === 1 ? 'abort' : 'session';
}

/** A commit or abort itself: the session ends next, and no other transaction begins before. */
function momentOfEnding(
  source: Source,
  call: Call,
  session: Session,
  unit: Func | undefined,
): Moment | undefined {
  const next = callsOn(source, session, 'startTransaction', 'endSession').find(
    one => isBefore(call, one) && runsAfter(source, one, call, unit),
  );
  if (next === undefined) return isDisposed(session) ? 'session' : undefined;
  return methodOf(next) === 'endSession' ? 'session' : undefined;
}

/** In the same function as the session, and not in the branch of an error that the work itself is not in. */
function runsAfter(source: Source, end: Call, call: Call, unit: Func | undefined): boolean {
  if (functionAround(end) !== unit) return false;
  for (let at = parentOf(end); at !== undefined && at !== unit; at = parentOf(at)) {
    if (is(at, 'CatchClause', 'SwitchCase', 'IfStatement') && !within(call, at)) return false;
  }
  return true;
}

function isDisposed({ variable }: Session): boolean {
  const declaration = variable?.defs[0]?.parent;
  return is(declaration, 'VariableDeclaration') && declaration.kind === 'await using';
}

/** `return orders.insertOne(…)` without `await` inside a `try` whose `finally` ends the session. */
function isReturnedTooEarly(
  source: Source,
  { call, value, session }: SessionWork,
  unit: Func | undefined,
): boolean {
  const parent = parentOf(value);
  if (!is(parent, 'ReturnStatement') || functionAround(parent) !== unit) return false;
  if (isQuery(source, call) || isQueryOfModel(source, call)) return false;
  for (let at = parentOf(parent); at !== undefined && at !== unit; at = parentOf(at)) {
    if (!is(at, 'TryStatement') || at.finalizer === null || within(parent, at.finalizer)) continue;
    const { finalizer } = at;
    if (callsOn(source, session, 'endSession').some(end => within(end, finalizer))) return true;
  }
  return false;
}
