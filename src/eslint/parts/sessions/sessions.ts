import type { TSESTree } from '@typescript-eslint/utils';
import { methods } from '../../syntax/methods.ts';
import {
  awaited,
  bare,
  type Call,
  classAround,
  type Func,
  functionAround,
  is,
  isFunction,
  memberName,
  methodOf,
  type Node,
  parentOf,
  propertyName,
  receiverOf,
} from '../../syntax/nodes.ts';
import { isKeep, startBeforeThen, startOf, startOfProperty } from './starts.ts';
import { initOf, loadsDriver, mentionsOf, readsOf, type Source, type Variable } from '../../syntax/source.ts';
import { namesType } from '../../syntax/names-type.ts';

/** A session of the driver, as one variable or property of a class has it. Two expressions with one session give one object. */
export interface Session {
  /** `started` by this code, `lent` by a function that ends it, or `handed` in by the caller. */
  readonly kind: 'started' | 'lent' | 'handed';
  readonly name: string;
  readonly variable?: Variable;
  /** The call that starts or lends it. */
  readonly call?: Call;
  /** The function that has the variable; undefined: the module. */
  readonly owner: Func | undefined;
}

/** The session that an expression is, if it is one. A name alone says nothing: the value, a type or a use must. */
export function sessionOf(source: Source, expression: Node | undefined): Session | undefined {
  if (expression === undefined) return undefined;
  const node = awaited(expression);
  if (is(node, 'MemberExpression')) return propertySession(source, node);
  const variable = source.variableOf(node);
  if (variable === undefined) return undefined;
  return source.memo('session', variable, () => classify(source, variable));
}

function classify(source: Source, variable: Variable): Session | undefined {
  const base = { name: variable.name, variable, owner: ownerOf(variable) };
  const start = startOf(source, variable);
  if (start !== undefined) {
    const sure = loadsDriver(source) || isUsedAsSession(source, variable);
    return sure ? { ...base, kind: 'started', call: start } : undefined;
  }
  const [definition] = variable.defs;
  if (definition === undefined) return undefined;
  if (isFunction(definition.node)) return parameter(source, variable, definition.node);
  const init = initOf(variable);
  if (init !== undefined) return is(bare(init), 'Identifier') ? sessionOf(source, init) : undefined;
  const { node } = definition;
  const isTaken = is(node, 'VariableDeclarator') && is(node.id, 'ObjectPattern');
  return isTaken && isUsedAsSession(source, variable) ? { ...base, kind: 'handed' } : undefined;
}

function ownerOf(variable: Variable): Func | undefined {
  const [definition] = variable.defs;
  if (definition === undefined) return undefined;
  return isFunction(definition.node) ? definition.node : functionAround(definition.name);
}

/** Is the session marked as one that is meant to live long? */
export function isKept({ call }: Session): boolean {
  const parent = call === undefined ? undefined : parentOf(call);
  return is(parent, 'CallExpression') && isKeep(parent);
}

function parameter(source: Source, variable: Variable, func: Func): Session | undefined {
  const base = { name: variable.name, variable, owner: func };
  const index = func.params.findIndex(param => is(param, 'Identifier') && isDefinedAt(variable, param));
  const lender = index === 0 ? lenderOf(source, func) : undefined;
  if (lender !== undefined) {
    const outer = methodOf(lender) === 'withTransaction' ? sessionOf(source, receiverOf(lender)) : undefined;
    if (outer !== undefined) return outer;
    const lends = loadsDriver(source) && methodOf(lender) !== 'transaction';
    if (lends || readsOf(variable).some(isGivenOn) || isUsedAsSession(source, variable))
      return { ...base, kind: 'lent', call: lender };
  }
  const [definition] = variable.defs;
  const start = definition === undefined ? undefined : startBeforeThen(func, definition.name);
  if (start !== undefined && (loadsDriver(source) || isUsedAsSession(source, variable)))
    return { ...base, kind: 'started', call: start };
  const isTyped = variable.defs.some(
    ({ name }) => is(name, 'Identifier') && (saysSession(source, name) || typed(source, name)),
  );
  return isTyped || isUsedAsSession(source, variable) ? { ...base, kind: 'handed' } : undefined;
}

function isDefinedAt(variable: Variable, param: Node): boolean {
  return variable.defs.some(({ name }) => name === param);
}

function saysSession(source: Source, { typeAnnotation }: TSESTree.Identifier): boolean {
  return namesType(source, typeAnnotation?.typeAnnotation, 'ClientSession');
}

const lenders = new Set(['withSession', 'withTransaction', 'withTxn', 'transaction']);

/** The call that lends a session to a callback: `client.withSession(callback)`. */
export function lenderOf(source: Source, func: Func): Call | undefined {
  const places = isFunction(func) ? [func as Node, ...mentionsOf(source, func)] : [];
  for (const place of places) {
    const call = parentOf(place);
    if (!is(call, 'CallExpression') || !lenders.has(methodOf(call) ?? '')) continue;
    if (call.arguments.some(argument => bare(argument) === place)) return call;
  }
  return undefined;
}

const sessionMethods = new Set([
  'startTransaction',
  'commitTransaction',
  'abortTransaction',
  'withTransaction',
  'endSession',
]);

/** Is the value used in a way that only a session of the driver can be used? */
function isUsedAsSession(source: Source, variable: Variable): boolean {
  return readsOf(variable).some(node => isSessionUse(source, node));
}

/** `{ session }`, or `{ session: one }`: enough for the parameter of a callback that `withSession` and its like call. */
function isGivenOn(node: Node): boolean {
  const parent = parentOf(node);
  return is(parent, 'Property') && is(parent.key, 'Identifier') && parent.key.name === 'session';
}

function isSessionUse(source: Source, node: Node): boolean {
  const parent = parentOf(node);
  if (is(parent, 'MemberExpression') && bare(parent.object) === node) {
    const call = parentOf(parent);
    return is(call, 'CallExpression') && sessionMethods.has(methodOf(call) ?? '');
  }
  if (is(parent, 'CallExpression')) return methodOf(parent) === 'session' && receiverOf(parent) !== undefined;
  if (!is(parent, 'Property') || !is(parent.key, 'Identifier') || parent.key.name !== 'session') return false;
  const call = parentOf(parent.parent);
  const method = methods.get(is(call, 'CallExpression') ? (methodOf(call) ?? '') : '');
  return method !== undefined && (method.common !== true || loadsDriver(source) || typed(source, node));
}

function typed(source: Source, node: Node): boolean {
  return source.typeName(node) === 'ClientSession';
}

/** `this.session`, where a method or a field of the class starts it. */
function propertySession(source: Source, member: TSESTree.MemberExpression): Session | undefined {
  const [name, at] = [propertyName(member), classAround(member)];
  if (!is(bare(member.object), 'ThisExpression') || name === undefined || at === undefined) return undefined;
  const all = source.memo('sessions of class', at, () => new Map<string, Session>());
  if (all === undefined) return undefined;
  const known = all.get(name);
  if (known !== undefined) return known;
  const call = startOfProperty(source, at, name);
  const isTyped = call === undefined && (isDeclaredSession(source, at, name) || typed(source, member));
  if (call === undefined && !isTyped) return undefined;
  const base = { name: `this.${name}`, owner: undefined };
  const session: Session =
    call === undefined ? { ...base, kind: 'handed' } : { ...base, kind: 'started', call };
  all.set(name, session);
  return session;
}

/** `session: ClientSession` in the class, or in the parameters of its constructor. */
function isDeclaredSession(source: Source, { body }: TSESTree.ClassBody, name: string): boolean {
  return body.some(one => {
    if (is(one, 'PropertyDefinition'))
      return (
        memberName(one) === name && namesType(source, one.typeAnnotation?.typeAnnotation, 'ClientSession')
      );
    const params = is(one, 'MethodDefinition') && one.kind === 'constructor' ? one.value.params : [];
    return params.some(param => {
      const field = is(param, 'TSParameterProperty') ? param.parameter : undefined;
      return is(field, 'Identifier') && field.name === name && saysSession(source, field);
    });
  });
}

/** The sessions that a call gets in its arguments, directly or in an object literal. */
export function sessionsIn(source: Source, call: Call): readonly Session[] {
  const values = call.arguments.flatMap(argument => {
    const node = bare(argument);
    if (!is(node, 'ObjectExpression')) return [node];
    return node.properties.flatMap(property => (is(property, 'Property') ? [property.value as Node] : []));
  });
  return values.flatMap(value => sessionOf(source, value) ?? []);
}

/** The calls of a method of the session: `session.endSession()`. */
export function callsOn(source: Source, session: Session, ...names: readonly string[]): readonly Call[] {
  const all = source.memo('calls of session methods', source.code, () =>
    source.calls.filter(call => sessionMethods.has(methodOf(call) ?? '')),
  );
  return (all ?? []).filter(
    call => names.includes(methodOf(call) ?? '') && sessionOf(source, receiverOf(call)) === session,
  );
}
