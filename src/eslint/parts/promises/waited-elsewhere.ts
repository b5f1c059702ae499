import { methods } from '../../syntax/methods.ts';
import {
  awaited,
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
  within,
} from '../../syntax/nodes.ts';
import { lenderOf, sessionOf } from '../sessions/sessions.ts';
import { kindOfDefinition, type Source } from '../../syntax/source.ts';

/** Methods that report the end of the work, so that a wait for it may stand elsewhere. */
const reports = new Set([
  'resolve',
  'reject',
  'done',
  'next',
  'open',
  'emit',
  'release',
  'notify',
  'signal',
  'push',
  'add',
  'set',
  'end',
  'close',
  'destroy',
  'resume',
  'abort',
  'complete',
  'endSession',
  'commitTransaction',
  'abortTransaction',
]);

/**
 * May other code wait for the work, because the work reports its end? Such a wait is not seen here: `.then(done, done)`, `resolve()` at
 * the end of an async listener, a promise that is put into a list.
 */
export function mayBeAwaitedElsewhere(source: Source, value: Node, unit: Func | undefined): boolean {
  const inner = bare(value);
  const chain = is(inner, 'CallExpression') ? handlersOf(inner) : [];
  if (chain.some(handler => !isFunction(handler) && !isLogger(handler))) return true;
  const places: Node[] = chain.filter(isFunction);
  for (let func = functionAround(value); func !== undefined && func !== unit; func = functionAround(func)) {
    if (lenderOf(source, func) === undefined) places.push(func);
  }
  return places.some(place => source.below(place).some(node => isReport(source, node, place, value)));
}

/** The functions of `.then(…)` and `.finally(…)`, the innermost call first. */
function handlersOf(last: Call): Node[] {
  const handlers: Node[] = [];
  for (let at: Node = last; is(at, 'CallExpression'); ) {
    const name = methodOf(at);
    if (name === 'then' || name === 'finally' || name === 'catch')
      handlers.push(...at.arguments.map(argument => bare(argument)));
    const callee = bare(at.callee);
    if (!is(callee, 'MemberExpression')) return handlers;
    at = bare(callee.object);
  }
  return handlers;
}

function isReport(source: Source, node: Node, place: Node, value: Node): boolean {
  if (!is(node, 'CallExpression') || chainOf(node).some(call => call === value)) return false;
  const callee = bare(node.callee);
  if (is(callee, 'MemberExpression'))
    return reports.has(methodOf(node) ?? '') && sessionOf(source, callee.object)?.kind !== 'handed';
  if (!is(callee, 'Identifier')) return false;
  // A parameter of a function outside: `resolve`, `callback`, `done`.
  const definition = source.variableOf(callee)?.defs[0];
  return definition !== undefined &&
    isFunction(definition.node) &&
    kindOfDefinition(definition) === 'Parameter'
    ? !within(definition.name, place) || place === definition.node
    : false;
}

/** After a place, does the function wait for something that is not work of the session: a pause, a signal, a gate? */
export function waitsForMore(source: Source, place: Node, unit: Func | undefined): boolean {
  return source.below(unit ?? source.code.ast).some(node => {
    if (!is(node, 'AwaitExpression') || !isBefore(place, node) || functionAround(node) !== unit) return false;
    const called = awaited(node.argument);
    if (!is(called, 'CallExpression')) return true;
    const callee = bare(called.callee);
    if (!is(callee, 'MemberExpression')) return true;
    const isOfSession = sessionOf(source, callee.object) !== undefined || methodOf(called) === 'close';
    return !isOfSession && !chainOf(called).some(call => methods.has(methodOf(call) ?? ''));
  });
}

function isLogger(handler: Node): boolean {
  return is(handler, 'MemberExpression') && /^(?:console|log|logger)$/i.test(nameOf(handler.object));
}

function nameOf(node: Node): string {
  return is(node, 'Identifier') ? node.name : '';
}
