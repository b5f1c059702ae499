import type { TSESTree } from '@typescript-eslint/utils';

export type Node = TSESTree.Node;
export type Call = TSESTree.CallExpression;
export type Func =
  | TSESTree.FunctionDeclaration
  | TSESTree.FunctionExpression
  | TSESTree.ArrowFunctionExpression;

type TypeName = `${TSESTree.AST_NODE_TYPES}`;
type NodeOf<T extends TypeName, N extends Node = Node> = N extends Node
  ? `${N['type']}` extends T
    ? N
    : never
  : never;

/** Is the node of one of these types? The name of a type is enough: no value of another package is loaded. */
export function is<T extends TypeName>(node: Node | null | undefined, ...types: T[]): node is NodeOf<T> {
  const names: readonly string[] = types;
  return node !== null && node !== undefined && names.includes(node.type);
}

export function isFunction(node: Node | null | undefined): node is Func {
  return is(node, 'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression');
}

/** Without what changes no value: `await`, `as`, `!`, `satisfies`, the frame of an optional chain. */
export function bare(node: Node): Node {
  let inner = node;
  while (
    is(
      inner,
      'TSAsExpression',
      'TSNonNullExpression',
      'TSSatisfiesExpression',
      'TSTypeAssertion',
      'ChainExpression',
    )
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** As `bare`, and without `await`. */
export function awaited(node: Node): Node {
  const inner = bare(node);
  return is(inner, 'AwaitExpression') ? awaited(inner.argument) : inner;
}

/** The parent that is not a frame of types or of an optional chain. */
export function parentOf(node: Node): Node | undefined {
  let parent = node.parent;
  while (parent !== undefined && bare(parent) !== parent) parent = parent.parent;
  return parent ?? undefined;
}

/** The innermost function around a node, or undefined at the level of the module. */
export function functionAround(node: Node): Func | undefined {
  for (let at = node.parent; at !== undefined && at !== null; at = at.parent) if (isFunction(at)) return at;
  return undefined;
}

/** True if `outer` is an ancestor of `node`, or the node itself. */
export function within(node: Node, outer: Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1];
}

export function isBefore(first: Node, second: Node): boolean {
  return first.range[1] <= second.range[0];
}

/** The name of the property in `object.name`, `object['name']` or `this.#name` (with its `#`). */
export function propertyName(node: Node): string | undefined {
  if (!is(node, 'MemberExpression')) return undefined;
  const { property } = node;
  if (!node.computed && is(property, 'Identifier')) return property.name;
  if (is(property, 'PrivateIdentifier')) return `#${property.name}`;
  return is(property, 'Literal') && typeof property.value === 'string' ? property.value : undefined;
}

/** The method that is called: `insertOne` in `orders.insertOne(…)`. */
export function methodOf(call: Node): string | undefined {
  return is(call, 'CallExpression') ? propertyName(bare(call.callee)) : undefined;
}

/** What a method is called on: `orders` in `orders.insertOne(…)`. */
export function receiverOf(call: Call): Node | undefined {
  const callee = bare(call.callee);
  return is(callee, 'MemberExpression') ? bare(callee.object) : undefined;
}

/** `Promise.all` and its like. */
export function isPromiseMethod(call: Node, ...names: string[]): call is Call {
  if (!is(call, 'CallExpression')) return false;
  const receiver = receiverOf(call);
  return is(receiver, 'Identifier') && receiver.name === 'Promise' && names.includes(methodOf(call) ?? '');
}

/** The value of a property of an object literal. */
export function valueOf(object: Node | undefined, name: string): Node | undefined {
  if (!is(object, 'ObjectExpression')) return undefined;
  for (const property of object.properties)
    if (is(property, 'Property') && keyOf(property) === name) return bare(property.value);
  return undefined;
}

export function keyOf(property: TSESTree.Property): string | undefined {
  const { key } = property;
  if (is(key, 'Identifier') && !property.computed) return key.name;
  return is(key, 'Literal') ? String(key.value) : undefined;
}

/** The whole of a chain of methods that begins with a call: `find().sort().toArray()`. */
export function chainOf(call: Call): readonly Call[] {
  const chain = [call];
  for (let at: Call = call; ; ) {
    const member = parentOf(at);
    if (!is(member, 'MemberExpression') || bare(member.object) !== at) return chain;
    const next = parentOf(member);
    if (!is(next, 'CallExpression') || bare(next.callee) !== member) return chain;
    chain.push(next);
    at = next;
  }
}

/** The outermost expression that gives the same value: of a chain, then without frames. */
export function outermost(node: Node): Node {
  let at = node;
  while (at.parent !== undefined && at.parent !== null && bare(at.parent) === bare(at)) at = at.parent;
  return at;
}

/** The innermost loop around a node, in the same function. */
export function loopAround(node: Node): Node | undefined {
  for (let at = parentOf(node); at !== undefined && !isFunction(at); at = parentOf(at)) {
    if (is(at, 'ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement'))
      return at;
  }
  return undefined;
}

export function isInLoop(node: Node): boolean {
  return loopAround(node) !== undefined;
}

/** A text of the code without its spaces, to compare two expressions. */
export function pathOf(node: Node): string | undefined {
  const inner = bare(node);
  if (is(inner, 'ThisExpression')) return 'this';
  if (is(inner, 'Identifier')) return inner.name;
  if (!is(inner, 'MemberExpression')) return undefined;
  const [object, name] = [pathOf(inner.object), propertyName(inner)];
  return object === undefined || name === undefined ? undefined : `${object}.${name}`;
}

/** The innermost class around a node. */
export function classAround(node: Node): TSESTree.ClassBody | undefined {
  for (let at = node.parent; at !== undefined && at !== null; at = at.parent)
    if (is(at, 'ClassBody')) return at;
  return undefined;
}

/** The name of a field or method of a class: `orders`, or `#orders` where it is private. */
export function memberName({ key }: TSESTree.PropertyDefinition | TSESTree.MethodDefinition) {
  if (is(key, 'PrivateIdentifier')) return `#${key.name}`;
  return is(key, 'Identifier') ? key.name : undefined;
}
