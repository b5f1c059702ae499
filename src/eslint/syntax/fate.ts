import {
  bare,
  type Call,
  type Func,
  functionAround,
  is,
  isFunction,
  isPromiseMethod,
  methodOf,
  type Node,
  outermost,
  parentOf,
  receiverOf,
} from './nodes.ts';
import {
  callsOf,
  functionOf,
  initOf,
  mentionsOf,
  moduleOf,
  readsOf,
  type Source,
  writesOf,
} from './source.ts';

/**
 * What becomes of a promise, up to the function that owns its session. `awaited`: that function waits for it. `dropped`: nobody
 * does. `timer` and `listener`: it is begun later, and nobody waits. `raced`: only the first of several is waited for.
 */
export type Fate = 'awaited' | 'dropped' | 'timer' | 'listener' | 'raced' | 'unknown';

/** The fates of a promise, seen from the function `until`; a function that is called at several places gives several. */
export function fatesOf(source: Source, promise: Node, until: Func | undefined, depth = 0): readonly Fate[] {
  if (depth > 6) return ['unknown'];
  const value = outermost(promise);
  const parent = parentOf(value);
  if (parent === undefined) return ['unknown'];
  if (is(parent, 'ExpressionStatement')) return ['dropped'];
  if (is(parent, 'UnaryExpression') && parent.operator === 'void') return ['dropped'];
  if (is(parent, 'AwaitExpression')) return fatesOfFunction(source, functionAround(parent), until, depth);
  if (is(parent, 'ReturnStatement')) return fatesOfFunction(source, functionAround(parent), until, depth);
  if (is(parent, 'ArrowFunctionExpression') && parent.body === value)
    return fatesOfFunction(source, parent, until, depth);
  if (is(parent, 'ConditionalExpression') && parent.test !== value)
    return fatesOf(source, parent, until, depth);
  if (is(parent, 'LogicalExpression') && parent.right === value) return fatesOf(source, parent, until, depth);
  if (is(parent, 'VariableDeclarator')) return fatesOfVariable(source, parent.id, until, depth);
  if (is(parent, 'ArrayExpression')) return fatesOfElement(source, parent, until, depth);
  return ['unknown'];
}

/** An element of an array: of a combinator of promises, or of nobody. */
function fatesOfElement(
  source: Source,
  array: Node,
  until: Func | undefined,
  depth: number,
): readonly Fate[] {
  const call = parentOf(array);
  if (call === undefined) return ['unknown'];
  if (isPromiseMethod(call, 'race', 'any')) return ['raced'];
  if (isPromiseMethod(call, 'all', 'allSettled')) return fatesOf(source, call, until, depth + 1);
  return ['unknown'];
}

function fatesOfVariable(source: Source, id: Node, until: Func | undefined, depth: number): readonly Fate[] {
  const variable = source.variableOf(id);
  if (variable === undefined) return ['unknown'];
  const reads = readsOf(variable);
  if (reads.length === 0) return ['dropped'];
  if (reads.length > 1) return ['unknown'];
  return reads.flatMap(read => fatesOf(source, read, until, depth + 1));
}

/** Does the function `until` wait for all that `func` waits for, wherever it runs `func`? */
export function isAwaitedBy(source: Source, func: Func, until: Func | undefined): boolean {
  return fatesOfFunction(source, func, until, 0).every(fate => fate === 'awaited');
}

/** The fate of what a function gives back: of the function's own promise. */
function fatesOfFunction(
  source: Source,
  func: Func | undefined,
  until: Func | undefined,
  depth: number,
): readonly Fate[] {
  if (func === until) return ['awaited'];
  if (func === undefined) return ['unknown'];
  const places = [func as Node, ...mentionsOf(source, func)];
  const handed = places.flatMap(place => fateOfCallback(source, place, until, depth));
  const called = callsOf(source, func).flatMap(call => fatesOf(source, call, until, depth + 1));
  const all = [...handed, ...called];
  return all.length === 0 ? ['unknown'] : all;
}

const timers = new Set(['setTimeout', 'setImmediate', 'setInterval', 'queueMicrotask', 'nextTick']);
const listeners = new Set(['on', 'once', 'addListener', 'addEventListener', 'prependListener']);

/** A function that is given to a call: who waits for what it gives back? */
function fateOfCallback(
  source: Source,
  place: Node,
  until: Func | undefined,
  depth: number,
): readonly Fate[] {
  const call = parentOf(place);
  if (!is(call, 'CallExpression')) return [];
  if (bare(call.callee) === place) return fatesOf(source, call, until, depth + 1);
  const name = is(call.callee, 'Identifier') ? call.callee.name : (methodOf(call) ?? '');
  if (name === 'forEach') return isDropped(call) ? ['dropped'] : ['unknown'];
  if (timers.has(name)) return ['timer'];
  if (listeners.has(name)) return ['listener'];
  // `tap` of RxJS hands the value on, and waits for nothing.
  if (name === 'tap' && (moduleOf(source, call.callee) ?? '').startsWith('rxjs')) return ['dropped'];
  if (name === 'subscribe' && /['"]rxjs['"]/.test(source.text)) return ['listener'];
  if (name === 'map' || name === 'flatMap') return fatesOfList(source, call, until, depth);
  return ['unknown'];
}

/** Nobody looks at what the call gives back. */
export function isDropped(call: Node): boolean {
  const parent = parentOf(outermost(call));
  return is(parent, 'ExpressionStatement') || (is(parent, 'UnaryExpression') && parent.operator === 'void');
}

/** A list of promises: `rows.map(async …)`. */
function fatesOfList(source: Source, call: Call, until: Func | undefined, depth: number): readonly Fate[] {
  const parent = parentOf(outermost(call));
  if (isDropped(call)) return ['dropped'];
  if (parent === undefined) return ['unknown'];
  if (isPromiseMethod(parent, 'race', 'any')) return ['raced'];
  if (isPromiseMethod(parent, 'all', 'allSettled')) return fatesOf(source, parent, until, depth + 1);
  // `await rows.map(async …)` waits for an array, not for its promises.
  if (is(parent, 'AwaitExpression') && takesCallbackFirst(call) && isArray(source, call)) return ['dropped'];
  return ['unknown'];
}

/** The `map` of a pool or a library takes the list first. */
function takesCallbackFirst({ arguments: [first] }: Call): boolean {
  return first !== undefined && isFunction(bare(first));
}

/** By its type, or a parameter or literal in a file that loads no library whose promises have a `map`. */
export function isArray(source: Source, call: Call): boolean {
  const list = receiverOf(call);
  if (list === undefined) return false;
  if (source.typeName(list) === 'Array' || is(list, 'ArrayExpression')) return true;
  const variable = /bluebird|rxjs|highland|most/.test(source.text) ? undefined : source.variableOf(list);
  const [definition] = variable?.defs ?? [];
  if (variable === undefined || definition === undefined || writesOf(variable).length > 1) return false;
  if (isFunction(definition.node))
    return definition.node.params.includes(definition.name as Func['params'][number]);
  const init = initOf(variable);
  return init !== undefined && is(bare(init), 'ArrayExpression');
}

/** The function of this file that runs when a call is made, if its promise is that of the call. */
export function asyncFunctionOf(source: Source, call: Call): Func | undefined {
  const func = functionOf(source, call.callee);
  return func !== undefined && func.async && !func.generator && isFunction(func) ? func : undefined;
}
