import { clientOf, isSameClient, rootOf } from '../clients/clients.ts';
import { fatesOf } from '../../syntax/fate.ts';
import {
  bare,
  type Call,
  chainOf,
  type Func,
  functionAround,
  is,
  isBefore,
  isFunction,
  methodOf,
  type Node,
  parentOf,
  pathOf,
  within,
} from '../../syntax/nodes.ts';
import { type Operation, sessionOperations } from '../operations.ts';
import { callsOn, type Session } from '../sessions/sessions.ts';
import { callsOf, type Source } from '../../syntax/source.ts';
import { isRunner, type Runner, runnersAround, transactionAt } from './transactions.ts';

/** The transaction that a place belongs to, with its session; `place` is where the work stands in it, maybe a call of a function. */
export interface Region {
  readonly session: Session;
  readonly place: Node;
  readonly runner: Runner | undefined;
  /** The operations of the transaction that carry its session. */
  readonly carried: readonly Operation[];
}

/** The transaction that a call belongs to: it stands in it, or in a function of this file that it calls and waits for. */
export function regionOf(source: Source, call: Node): Region | undefined {
  const own = regionAt(source, call);
  if (own !== undefined) return own;
  const func = functionAround(call);
  if (func === undefined) return undefined;
  for (const outer of callsOf(source, func)) {
    const isAwaited = is(parentOf(outer), 'AwaitExpression', 'ReturnStatement', 'ArrowFunctionExpression');
    const region = isAwaited ? regionAt(source, outer) : undefined;
    if (region !== undefined) return region;
  }
  return undefined;
}

function regionAt(source: Source, place: Node): Region | undefined {
  const [runner] = runnersAround(source, place);
  if (runner !== undefined) return regionOfRunner(source, place, runner);
  const [session, ...others] = sessionsStarting(source).filter(one => one.owner === functionAround(place));
  // Where two are open, a call without a session may be beside both on purpose.
  if (session === undefined || others.length > 0) return undefined;
  return byHand(source, place, session, functionAround(place) ?? source.code.ast);
}

/** A transaction that is started by hand in the same function, with nothing before the place that may have ended it. */
function byHand(source: Source, place: Node, session: Session, around: Node): Region | undefined {
  const start = transactionAt(source, place, session);
  if (start === undefined || isRunner(start) || functionAround(start) !== functionAround(place))
    return undefined;
  const ends = callsOn(source, session, 'commitTransaction', 'abortTransaction', 'endSession');
  if (ends.some(end => isBefore(start, end) && isBefore(end, place))) return undefined;
  return { session, place, runner: undefined, carried: carriedIn(source, around, session) };
}

function regionOfRunner(source: Source, place: Node, runner: Runner): Region | undefined {
  const { callback, session, isTransaction, call } = runner;
  if (session === undefined || !isRunInPlace(source, place, callback)) return undefined;
  if (isTransaction) {
    if (isInjected(source, call)) return undefined;
    return { session, place, runner, carried: carriedIn(source, callback, session) };
  }
  return byHand(source, place, session, callback);
}

function sessionsStarting(source: Source): readonly Session[] {
  const all = source.memo('sessions that start', source.code, () => [
    ...new Set(sessionOperations(source).map(({ session }) => session)),
  ]);
  return (all ?? []).filter(session => callsOn(source, session, 'startTransaction').length > 0);
}

function carriedIn(source: Source, outer: Node, session: Session): readonly Operation[] {
  return sessionOperations(source).filter(one => one.session === session && within(one.call, outer));
}

const runAtOnce = /^(?:map|forEach|reduce|flatMap|filter|from)$/;

/** Only functions that a call runs at once stand between: not `outsideTxn(() => …)`, not a timer, not `afterCommit(…)`. */
export function isRunInPlace(source: Source, place: Node, callback: Func): boolean {
  for (
    let func = functionAround(place);
    func !== undefined && func !== callback;
    func = functionAround(func)
  ) {
    const call = parentOf(func);
    if (!is(call, 'CallExpression')) return false;
    if (
      bare(call.callee) !== func &&
      !runAtOnce.test(methodOf(call) ?? '') &&
      !isAwaitedStep(source, call, callback)
    )
      return false;
  }
  return !isMarked(place, callback);
}

/** `insertOne(…).then(() => …)`, whose promise the callback waits for. */
function isAwaitedStep(source: Source, call: Call, callback: Func): boolean {
  if (methodOf(call) !== 'then') return false;
  const whole = chainOf(call).at(-1) ?? call;
  return fatesOf(source, whole, callback).every(fate => fate === 'awaited');
}

/** An argument of `outsideTxn(…)`. */
function isMarked(place: Node, callback: Func): boolean {
  for (let at = parentOf(place); at !== undefined && at !== callback; at = parentOf(at)) {
    if (is(at, 'CallExpression') && is(at.callee, 'Identifier') && at.callee.name === 'outsideTxn')
      return true;
    if (isFunction(at) && at === callback) return false;
  }
  return false;
}

/** Something puts the session into the calls: an option of this package, or of mongoose. */
function isInjected(source: Source, call: Call): boolean {
  if (methodOf(call) === 'withTransaction') return /AsyncLocalStorage/.test(source.text);
  return /inject\s*:\s*(?!false)|[sS]torage['"]?\s*[,:]|AsyncLocalStorage/.test(source.text);
}

/** Is it shown that a call without the session goes to the client of the transaction? */
export function isOfSameClient(
  source: Source,
  { session, carried, runner }: Region,
  receiver: Node,
): boolean {
  const root = rootOf(source, receiver);
  const path = pathOf(receiver);
  if (carried.some(one => path !== undefined && pathOf(one.receiver) === path)) return true;
  if (carried.some(one => isSameClient(rootOf(source, one.receiver), root) === true)) return true;
  const client = clientOf(source, session);
  if (isSameClient(client, root) !== true) return false;
  return carried.length > 0 || runner?.name === 'withTransaction';
}
