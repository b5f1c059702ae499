import { asyncFunctionOf } from '../../syntax/fate.ts';
import { sends } from '../../syntax/methods.ts';
import {
  awaited,
  bare,
  type Call,
  chainOf,
  is,
  isFunction,
  methodOf,
  type Node,
  outermost,
  parentOf,
  receiverOf,
} from '../../syntax/nodes.ts';
import { sessionOperations } from '../operations.ts';
import { returnsIt } from './parallel.ts';
import { type Session, sessionOf, sessionsIn } from '../sessions/sessions.ts';
import { functionOf, initOf, readsOf, type Source } from '../../syntax/source.ts';
import { runnersAround, runnersOf } from '../transactions/transactions.ts';

/** Work that a session does, and that somebody must wait for. */
export interface SessionWork {
  readonly call: Call;
  /** The whole expression: `orders.find({}, { session }).toArray()`. */
  readonly value: Node;
  readonly session: Session;
}

/** All calls of a file that give a promise of a session's work. */
export function sessionWorkOf(source: Source): readonly SessionWork[] {
  const operations = sessionOperations(source).filter(
    ({ call, isSent }) => isSent && !call.arguments.some(argument => isFunction(bare(argument))),
  );
  const helpers = source.calls.flatMap(call => {
    const [session] = givesPromise(source, call) ? sessionsIn(source, call) : [];
    return session === undefined ? [] : [{ call, value: outermost(call), session }];
  });
  const runners = runnersOf(source).flatMap(({ call, session, name }) =>
    name === 'withTransaction' && session?.kind === 'started'
      ? [{ call, value: wholeOf(call), session }]
      : [],
  );
  const others = source.calls.flatMap(call => endOfTransaction(source, call) ?? bulkOf(source, call) ?? []);
  return [...operations, ...helpers, ...runners, ...others, ...readsOfCursors(source)];
}

/** A call of a function of this file that is async, or gives back the promise of an operation. */
function givesPromise(source: Source, call: Call): boolean {
  if (asyncFunctionOf(source, call) !== undefined) return true;
  const func = functionOf(source, call.callee);
  return func !== undefined && returnsIt(source, func);
}

/** A commit or an abort by hand. An abort whose errors are caught, or that is marked with `void`, may be dropped on purpose. */
function endOfTransaction(source: Source, call: Call): SessionWork | undefined {
  const name = methodOf(call);
  if ((name !== 'commitTransaction' && name !== 'abortTransaction') || call.arguments.length > 0)
    return undefined;
  const session = sessionOf(source, receiverOf(call));
  if (session === undefined || session.kind === 'handed') return undefined;
  if (runnersAround(source, call).some(one => one.isTransaction && one.session === session)) return undefined;
  const value = wholeOf(call);
  const isPlain = value === outermost(call) && is(parentOf(value), 'ExpressionStatement');
  return name === 'commitTransaction' || isPlain ? { call, value, session } : undefined;
}

/** `bulk.execute({ session })` of a bulk that this file begins. */
function bulkOf(source: Source, call: Call): SessionWork | undefined {
  if (beginOfBulk(source, call) === undefined) return undefined;
  const [session] = sessionsIn(source, call);
  return session === undefined ? undefined : { call, value: wholeOf(call), session };
}

/** The call that begins a bulk in this file, for the call of its `execute`. */
export function beginOfBulk(source: Source, call: Call): Call | undefined {
  const receiver = methodOf(call) === 'execute' ? receiverOf(call) : undefined;
  if (receiver === undefined) return undefined;
  const begin = bare(initOf(source.variableOf(receiver)) ?? receiver);
  const isBegin = /^initialize(?:Uno|O)rderedBulkOp$/.test(methodOf(begin) ?? '');
  return isBegin && is(begin, 'CallExpression') ? begin : undefined;
}

/** `cursor.toArray()`, where `cursor` is a `find` with the session. */
function readsOfCursors(source: Source): readonly SessionWork[] {
  return sessionOperations(source).flatMap(({ value, session, isSent }) => {
    const declarator = parentOf(value);
    if (isSent || !is(declarator, 'VariableDeclarator')) return [];
    const variable = source.variableOf(declarator.id);
    if (variable === undefined || initOf(variable) === undefined) return [];
    return readsOf(variable).flatMap(read => {
      const member = parentOf(read);
      const call =
        is(member, 'MemberExpression') && awaited(member.object) === read ? parentOf(member) : member;
      if (!is(call, 'CallExpression') || receiverOf(call) !== read) return [];
      return sends.has(methodOf(call) ?? '') ? [{ call, value: wholeOf(call), session }] : [];
    });
  });
}

function wholeOf(call: Call): Node {
  return outermost(chainOf(call).at(-1) ?? call);
}
