import type { TSESTree } from '@typescript-eslint/utils';
import {
  awaited,
  bare,
  classAround,
  type Func,
  is,
  isFunction,
  memberName,
  type Node,
  propertyName,
  valueOf,
} from './nodes.ts';
import { functionOf, initOf, type Source, type Variable } from './source.ts';

/** The one value that this file gives to a property, and the call that it comes from, if a function of the file makes it. */
export interface Shown {
  readonly value: Node;
  /** The function whose parameters the value may name, with the arguments of this call. */
  readonly call?: TSESTree.CallExpression;
  readonly maker?: Func;
}

/** The value of `this.orders`, of `collections.orders`, or of a call `orders()` of a function that only gives back a value. */
export function shownBy(source: Source, node: Node): Shown | undefined {
  if (is(node, 'CallExpression')) return shownByCall(source, node);
  if (!is(node, 'MemberExpression')) return undefined;
  const name = propertyName(node);
  if (name === undefined) return undefined;
  if (is(bare(node.object), 'ThisExpression')) {
    const value = valueOfField(source, node, name);
    return value === undefined ? undefined : { value };
  }
  return isWrittenTo(source, name) ? undefined : propertyOf(source, bare(node.object), name);
}

/** The value of a variable of `const { orders } = collections(db)` or `const { orders } = this`. */
export function shownByPattern(source: Source, variable: Variable): Shown | undefined {
  const [definition, ...others] = variable.defs;
  const node = definition?.node;
  if (others.length > 0 || !is(node, 'VariableDeclarator') || node.init === null) return undefined;
  if (!is(node.id, 'ObjectPattern') || variable.references.some(one => one.isWrite() && one.init !== true))
    return undefined;
  for (const property of node.id.properties) {
    if (!is(property, 'Property') || property.value !== definition?.name) continue;
    if (!is(property.key, 'Identifier') || property.computed) return undefined;
    const { name } = property.key;
    if (!is(bare(node.init), 'ThisExpression')) return propertyOf(source, awaited(node.init), name);
    const value = valueOfField(source, node, name);
    return value === undefined ? undefined : { value };
  }
  return undefined;
}

/** A property of an object that the file shows: a literal, or what a function gives back. */
function propertyOf(source: Source, object: Node, name: string): Shown | undefined {
  const init = is(object, 'Identifier') ? initOf(source.variableOf(object)) : object;
  if (init === undefined) return undefined;
  const made = awaited(init);
  if (is(made, 'ObjectExpression')) {
    const value = ownValueOf(made, name);
    return value === undefined ? undefined : { value };
  }
  const given = is(made, 'CallExpression') ? shownByCall(source, made) : undefined;
  const value = given === undefined ? undefined : ownValueOf(given.value, name);
  return given === undefined || value === undefined ? undefined : { ...given, value };
}

/** A spread may bring a property of the same name. */
function ownValueOf(object: Node, name: string): Node | undefined {
  if (!is(object, 'ObjectExpression') || object.properties.some(one => is(one, 'SpreadElement')))
    return undefined;
  return valueOf(object, name);
}

/** What a function of this file gives back, if that is the one thing it does. */
function shownByCall(source: Source, call: TSESTree.CallExpression): Shown | undefined {
  const maker = functionOf(source, call.callee);
  const value = maker === undefined || maker.generator ? undefined : onlyResultOf(maker);
  return maker === undefined || value === undefined ? undefined : { value, call, maker };
}

function onlyResultOf({ body }: Func): Node | undefined {
  if (!is(body, 'BlockStatement')) return bare(body);
  const [only, ...others] = body.body;
  if (others.length > 0 || !is(only, 'ReturnStatement') || only.argument === null) return undefined;
  return bare(only.argument);
}

/** The value of a field of the class around a node. Two values, or a value from outside of the class, are not known. */
function valueOfField(source: Source, node: Node, name: string): Node | undefined {
  const body = classAround(node);
  if (body === undefined || isWrittenTo(source, name, body)) return undefined;
  const fields = source.memo('fields', body, () => fieldsOf(source, body));
  const [value, ...others] = fields?.get(name) ?? [];
  return others.length > 0 ? undefined : value;
}

function fieldsOf(source: Source, body: TSESTree.ClassBody): ReadonlyMap<string, readonly Node[]> {
  const fields = new Map<string, Node[]>();
  const add = (name: string | undefined, value: Node | null) => {
    if (name === undefined || value === null || isNothing(value)) return;
    fields.set(name, [...(fields.get(name) ?? []), bare(value)]);
  };
  for (const member of body.body) {
    if (is(member, 'PropertyDefinition')) add(memberName(member), member.value);
    if (!is(member, 'MethodDefinition')) continue;
    const { kind, value } = member;
    if (kind === 'get') add(memberName(member), (isFunction(value) && onlyResultOf(value)) || member);
    if (kind === 'set') add(memberName(member), member);
    if (kind !== 'constructor') continue;
    for (const param of value.params)
      if (is(param, 'TSParameterProperty') && is(param.parameter, 'Identifier'))
        add(param.parameter.name, param.parameter);
  }
  for (const node of source.below(body)) {
    if (!is(node, 'AssignmentExpression') || !is(node.left, 'MemberExpression')) continue;
    if (classAround(node) === body && is(node.left.object, 'ThisExpression'))
      add(propertyName(node.left), node.right);
  }
  return fields;
}

/** Is a property of this name written somewhere else: outside of the class that has it, or not on `this`? */
function isWrittenTo(source: Source, name: string, body?: TSESTree.ClassBody): boolean {
  const targets = source.memo('written properties', source.code, () =>
    source
      .below(source.code.ast)
      .flatMap(node =>
        is(node, 'AssignmentExpression') && is(node.left, 'MemberExpression') ? node.left : [],
      ),
  );
  return (targets ?? []).some(target => {
    if (propertyName(target) !== name) return false;
    const isOnThis = is(target.object, 'ThisExpression');
    return !(isOnThis && (body === undefined || classAround(target) !== undefined));
  });
}

/** `null` and `undefined` are not another value. */
function isNothing(value: Node): boolean {
  if (is(value, 'Literal')) return value.value === null;
  return is(value, 'Identifier') && value.name === 'undefined';
}
