import {
  type Call,
  type Func,
  functionAround,
  is,
  isBefore,
  isFunction,
  methodOf,
  type Node,
  receiverOf,
  within,
} from '../../syntax/nodes.ts';
import { callsOn, lenderOf, type Session, sessionOf, sessionsIn } from '../sessions/sessions.ts';
import { leaves } from '../../syntax/order.ts';
import { callsOf, functionOf, type Source } from '../../syntax/source.ts';

/** A call that runs a callback with a session, and for the runners of transactions in a transaction. */
export interface Runner {
  readonly call: Call;
  readonly callback: Func;
  readonly isTransaction: boolean;
  readonly session: Session | undefined;
  /** `withTransaction`, `withTxn`, `transaction`, `withSession`. */
  readonly name: string;
}

/** The calls of a file that run a callback with a session, in the order of the text. */
export function runnersOf(source: Source): readonly Runner[] {
  const all = source.memo('runners', source.code, () =>
    source.calls.flatMap(call => runnerOf(source, call) ?? []),
  );
  return all ?? [];
}

function runnerOf(source: Source, call: Call): Runner | undefined {
  const name = methodOf(call);
  const callback = call.arguments.map(argument => functionOf(source, argument)).find(isFunction);
  if (name === undefined || callback === undefined || lenderOf(source, callback) !== call) return undefined;
  const session = sessionOfRunner(source, call, callback);
  if (session === undefined && !(name === 'withTxn' && callback.params.length === 0)) return undefined;
  return { call, callback, name, session, isTransaction: name !== 'withSession' };
}

function sessionOfRunner(source: Source, call: Call, callback: Func): Session | undefined {
  const own = methodOf(call) === 'withTransaction' ? sessionOf(source, receiverOf(call)) : undefined;
  if (own !== undefined) return own;
  const [first] = callback.params;
  return is(first, 'Identifier') ? sessionOf(source, first) : undefined;
}

/** The runners whose callbacks a node stands in, the innermost first. */
export function runnersAround(source: Source, node: Node): readonly Runner[] {
  return runnersOf(source)
    .filter(({ callback }) => within(node, callback) && node !== callback)
    .toReversed();
}

/** Is a session in a transaction where a node stands, and by whom? `undefined`: no, or nobody can know. */
export function transactionAt(source: Source, node: Node, session: Session): Runner | Call | undefined {
  const runner = runnersAround(source, node).find(one => one.isTransaction && one.session === session);
  if (runner !== undefined) return runner;
  const byHand = startBefore(source, node, session);
  if (byHand !== undefined) return byHand;
  return session.kind === 'handed' ? inheritedBy(source, session) : undefined;
}

/** The `startTransaction` that is the last thing said about transactions before a node, in the same function or around it. */
function startBefore(source: Source, node: Node, session: Session): Call | undefined {
  const calls = callsOn(source, session, 'startTransaction', 'commitTransaction', 'abortTransaction');
  const earlier = calls.filter(call => isBefore(call, node) && isOnTheWay(call, node));
  const last = earlier.at(-1);
  return last !== undefined && methodOf(last) === 'startTransaction' ? last : undefined;
}

/** Does a call run before the node whenever the node runs? Not if it stands in a branch or a function that the node is not in. */
export function isOnTheWay(call: Node, node: Node): boolean {
  for (let at: Node | undefined | null = call; at !== undefined && at !== null; at = at.parent) {
    if (within(node, at)) return true;
    const isBranch = is(at, 'IfStatement', 'CatchClause', 'SwitchCase', 'ConditionalExpression');
    if (isFunction(at)) return false;
    if (isBranch && methodOf(call) === 'startTransaction') return false;
    // A commit in a branch that goes away says nothing about what follows; one that stays does.
    if (is(at, 'CatchClause', 'SwitchCase') || (is(at, 'IfStatement') && leaves(at.consequent))) return false;
  }
  return false;
}

/** A function of this file whose caller hands in a session that is in a transaction. */
function inheritedBy(source: Source, session: Session): Runner | Call | undefined {
  const { owner } = session;
  if (owner === undefined) return undefined;
  const found = source.memo('inherited transaction', owner, () => {
    for (const call of callsOf(source, owner)) {
      for (const given of sessionsIn(source, call)) {
        const outer = transactionAt(source, call, given);
        if (outer !== undefined) return outer;
      }
    }
    return undefined;
  });
  return found;
}

/** The function whose end is the end of the session's transaction, or of the session, for a node in it. */
export function unitAround(source: Source, node: Node, session: Session): Func | undefined {
  for (let func = functionAround(node); func !== undefined; func = functionAround(func)) {
    const isCallback = runnersOf(source).some(one => one.callback === func && one.session === session);
    if (isCallback || func === session.owner || isOwnMethod(func, session)) return func;
  }
  return undefined;
}

/** A method of the class that has the session in a property. */
function isOwnMethod({ parent }: Func, { owner, variable }: Session): boolean {
  return (
    owner === undefined && variable === undefined && is(parent, 'MethodDefinition', 'PropertyDefinition')
  );
}

export function isRunner(transaction: Runner | Call): transaction is Runner {
  return 'callback' in transaction;
}
