import { asyncFunctionOf } from '../../syntax/fate.ts';
import {
  awaited,
  bare,
  type Call,
  type Func,
  functionAround,
  is,
  isBefore,
  isInLoop,
  isPromiseMethod,
  loopAround,
  methodOf,
  type Node,
  outermost,
  parentOf,
  pathOf,
  within,
} from '../../syntax/nodes.ts';
import { isQueryOfModel, type Operation, sessionOperations } from '../operations.ts';
import { sends } from '../../syntax/methods.ts';
import { callbackOfPool, functionInPool, runAround } from './pools.ts';
import { type Session, sessionsIn } from '../sessions/sessions.ts';
import { functionOf, initOf, readsOf, type Source } from '../../syntax/source.ts';

/** Calls that are in flight at once with one session: at least two. A call that is made for each element of a list is there twice. */
export interface Parallel {
  readonly session: Session;
  readonly calls: readonly ParallelCall[];
}

/** A call that uses a session, as it stands in a list of promises. */
export interface ParallelCall {
  readonly session: Session;
  readonly call: Call;
  /** Unknown for a call of a function of this file. */
  readonly operation?: Operation;
}

/** All pairs of a file that are in flight at once, in the order of the text. */
export function parallelsOf(source: Source): readonly Parallel[] {
  const all = source.memo('parallels', source.code, () => [
    ...source.calls.flatMap(call => inCombinator(source, call)),
    ...besideEachOther(source),
  ]);
  return all ?? [];
}

function inCombinator(source: Source, call: Call): Parallel[] {
  const [list] = call.arguments;
  const isCombinator = isPromiseMethod(call, 'all', 'allSettled', 'race', 'any') || isForkJoin(call);
  const pooled = callbackOfPool(source, call);
  if (pooled !== undefined) return pairsIn(worksIn(source, pooled));
  if (!isCombinator || list === undefined) return [];
  return pairsIn(callsInList(source, bare(list)));
}

function isForkJoin(call: Call): boolean {
  return is(call.callee, 'Identifier') && call.callee.name === 'forkJoin';
}

function pairsIn(calls: readonly Repeated[]): Parallel[] {
  return [...new Set(calls.map(({ session }) => session))].flatMap(session => {
    const mine = calls
      .filter(work => work.session === session)
      .flatMap(work => (work.isRepeated === true ? [work, work] : [work]));
    return mine.length < 2 ? [] : [{ session, calls: mine }];
  });
}

type Repeated = ParallelCall & { readonly isRepeated?: boolean };

/** The promises of a list: an array, a `map`, a variable that has one of them. */
function callsInList(source: Source, list: Node): readonly Repeated[] {
  if (is(list, 'ArrayExpression')) {
    return list.elements.flatMap(element => {
      if (element === null) return [];
      if (is(element, 'SpreadElement')) return callsInList(source, bare(element.argument));
      return workOf(source, element) ?? [];
    });
  }
  if (is(list, 'CallExpression')) return worksOfMap(source, list);
  if (!is(list, 'Identifier')) return [];
  const variable = source.variableOf(list);
  const init = initOf(variable);
  if (variable === undefined || init === undefined) return [];
  if (is(bare(init), 'ArrayExpression', 'CallExpression')) {
    const pushed = readsOf(variable).flatMap(read => pushedTo(source, read, list));
    return [...callsInList(source, bare(init)), ...pushed];
  }
  return [];
}

/** `tasks.push(orders.insertOne(order, { session }))` before the list is waited for, maybe in a loop. */
function pushedTo(source: Source, read: Node, list: Node): readonly Repeated[] {
  const call = parentOf(parentOf(read) ?? read);
  if (!is(call, 'CallExpression') || methodOf(call) !== 'push' || !isBefore(call, list)) return [];
  // A list that is waited for in the same round of the loop has what that round has put into it.
  const isRepeated = isInLoop(call) && loopAround(call) !== loopAround(list);
  return call.arguments.flatMap(argument => {
    const work = workOf(source, argument);
    return work === undefined ? [] : [{ ...work, isRepeated }];
  });
}

/** `rows.map(row => orders.insertOne(row, { session }))`: the session is from outside of the callback. */
function worksOfMap(source: Source, call: Call): readonly Repeated[] {
  const isArrayFrom = methodOf(call) === 'from' && call.arguments.length === 2;
  const argument = isArrayFrom ? call.arguments[1] : call.arguments[0];
  if (!['map', 'flatMap', 'from'].includes(methodOf(call) ?? '') || argument === undefined) return [];
  const callback = functionOf(source, argument);
  return callback === undefined ? [] : worksIn(source, callback);
}

function worksIn(source: Source, callback: Func): readonly Repeated[] {
  if (takesTurns(source, callback)) return [];
  const own = sessionOperations(source).filter(
    ({ call, session, isSent }) => isSent && isRunBy(source, call, callback) && session.owner !== callback,
  );
  const calls: ParallelCall[] = own.map(operation => ({
    session: operation.session,
    call: operation.call,
    operation,
  }));
  for (const call of source.calls) {
    if (!isRunBy(source, call, callback) || own.some(one => within(call, one.value))) continue;
    const passed = passes(source, call);
    if (passed !== undefined && passed.session.owner !== callback) calls.push(passed);
  }
  const first = calls.find(({ session }) => !isStartedIn(session, callback));
  return first === undefined ? [] : [{ ...first, isRepeated: true }];
}

/** `const release = await mutex.acquire()`: the elements may go one after the other. */
function takesTurns(source: Source, callback: Func): boolean {
  return source.directlyBelow(callback).some(node => {
    const called = is(node, 'AwaitExpression') ? awaited(node) : undefined;
    const name = is(called, 'CallExpression') ? pathOf(called.callee)?.split('.').at(-1) : undefined;
    return /acquire|mutex|semaphore|^lock$|Lock$/.test(name ?? '');
  });
}

function isRunBy(source: Source, call: Call, callback: Func): boolean {
  return functionAround(call) === callback || runAround(source, call) === callback;
}

function isStartedIn({ call, variable }: Session, callback: Func): boolean {
  const place = variable?.defs[0]?.name ?? call;
  return place !== undefined && within(place, callback);
}

function workOf(source: Source, element: Node): Repeated | undefined {
  const value = bare(element);
  // The combinator sends a query of mongoose: only that has a step `session`.
  const operation = sessionOperations(source).find(
    one => bare(one.value) === value && (one.isSent || one.chain.some(step => methodOf(step) === 'session')),
  );
  if (operation !== undefined) return { session: operation.session, call: operation.call, operation };
  if (!is(value, 'CallExpression')) return undefined;
  const pooled = functionInPool(source, value);
  if (pooled === undefined) return passes(source, value);
  const [first] = worksIn(source, pooled);
  return first === undefined ? undefined : { ...first, isRepeated: false };
}

/** A call that hands a session to a function that uses it: an async function of this file, or a method that takes options. */
function passes(source: Source, call: Call): ParallelCall | undefined {
  const [session, ...others] = sessionsIn(source, call);
  if (session === undefined || others.length > 0) return undefined;
  const func = functionOf(source, call.callee);
  if (func === undefined) return undefined;
  const uses = sessionOperations(source).some(
    one => functionAround(one.call) === func && one.session.owner === func && one.isSent,
  );
  return uses && (asyncFunctionOf(source, call) !== undefined || returnsIt(source, func))
    ? { session, call }
    : undefined;
}

/** Does a function give back the promise of an operation with a session? */
export function returnsIt(source: Source, func: Func): boolean {
  return sessionOperations(source).some(({ value, call }) => {
    const parent = parentOf(outermost(value));
    return functionAround(call) === func && (is(parent, 'ReturnStatement') || parent === func);
  });
}

/** `const a = orders.insertOne(…); const b = users.updateOne(…);`: the second is begun before the first is waited for. */
function besideEachOther(source: Source): Parallel[] {
  const pairs: Parallel[] = [];
  const kept = sessionOperations(source).flatMap(operation => {
    const declarator = parentOf(outermost(operation.value));
    const statement = is(declarator, 'VariableDeclarator') ? declarator.parent : undefined;
    return is(statement, 'VariableDeclaration') && operation.isSent && is(declarator, 'VariableDeclarator')
      ? [{ operation, statement, id: declarator.id }]
      : [];
  });
  for (const [index, { operation, statement, id }] of kept.entries()) {
    const next = kept[index + 1];
    if (next === undefined || next.operation.session !== operation.session) continue;
    if (next.statement.parent !== statement.parent) continue;
    const variable = source.variableOf(id);
    const used = variable === undefined ? [] : readsOf(variable);
    if (used.some(read => isBefore(read, next.operation.call)) || used.length === 0) continue;
    if (isAwaitedBetween(source, operation, next.operation) || isSentLater(source, next)) continue;
    const calls = [operation, next.operation].map(one => ({
      session: one.session,
      call: one.call,
      operation: one,
    }));
    pairs.push({ session: operation.session, calls });
  }
  return pairs;
}

/** A query of mongoose is sent when it is awaited: then the one before it is over, or is not sent yet. */
function isSentLater(source: Source, { operation, id }: { operation: Operation; id: Node }): boolean {
  const variable = source.variableOf(id);
  if (variable === undefined || !isQueryOfModel(source, operation.call)) return false;
  if (operation.chain.some(one => sends.has(methodOf(one) ?? ''))) return false;
  return readsOf(variable).every(read => is(parentOf(read), 'AwaitExpression'));
}

/** Something may have waited for the first in a way that is not seen here. */
function isAwaitedBetween(source: Source, first: Operation, second: Operation): boolean {
  return (
    awaited(first.value) !== bare(first.value) ||
    source.calls.some(
      call => isBefore(first.value, call) && isBefore(call, second.value) && !within(second.value, call),
    )
  );
}
