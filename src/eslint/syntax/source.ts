import type { TSESLint } from '@typescript-eslint/utils';
import {
  bare,
  type Call,
  classAround,
  type Func,
  is,
  isFunction,
  memberName,
  methodOf,
  type Node,
  propertyName,
} from './nodes.ts';

export type Variable = TSESLint.Scope.Variable;
export type Reference = TSESLint.Scope.Reference;
type SourceCode = Readonly<TSESLint.SourceCode>;

/** A file as the rules see it: its calls and functions in the order of the text, and what its names mean. Made once a file. */
export interface Source {
  readonly code: SourceCode;
  readonly text: string;
  readonly calls: readonly Call[];
  readonly functions: readonly Func[];
  /** All nodes below one, and the node itself. */
  readonly below: (node: Node) => readonly Node[];
  /** As `below`, but not into functions inside it. */
  readonly directlyBelow: (node: Node) => readonly Node[];
  readonly variableOf: (identifier: Node) => Variable | undefined;
  /** The name of the type of an expression, if the parser knows types. */
  readonly typeName: (node: Node) => string | undefined;
  /** What parts have worked out about this file, kept for the next rule. A question that leads back to itself gets `undefined`. */
  readonly memo: <V>(name: string, key: object, make: () => V) => V | undefined;
}

const sources = new WeakMap<SourceCode, Source>();

export function sourceOf(code: SourceCode): Source {
  let source = sources.get(code);
  if (source === undefined) sources.set(code, (source = read(code)));
  return source;
}

function read(code: SourceCode): Source {
  const every = nodesBelow(code, code.ast, () => true);
  const memos = new Map<string, WeakMap<object, unknown>>();
  return {
    code,
    text: code.text,
    calls: every.filter(node => is(node, 'CallExpression')),
    functions: every.filter(isFunction),
    below: node => nodesBelow(code, node, () => true),
    directlyBelow: node => nodesBelow(code, node, inner => !isFunction(inner)),
    variableOf: identifier => variableIn(code, bare(identifier)),
    typeName: node => typeNameOf(code, node),
    memo<V>(name: string, key: object, make: () => V) {
      let known = memos.get(name);
      if (known === undefined) memos.set(name, (known = new WeakMap()));
      if (!known.has(key)) {
        known.set(key, undefined);
        known.set(key, make());
      }
      return known.get(key) as V | undefined;
    },
  };
}

function nodesBelow(code: SourceCode, top: Node, enters: (node: Node) => boolean): Node[] {
  const found: Node[] = [];
  const visit = (node: Node) => {
    found.push(node);
    if (node !== top && !enters(node)) return;
    for (const key of code.visitorKeys[node.type] ?? []) {
      const value: unknown = Reflect.get(node, key);
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child);
    }
  };
  visit(top);
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'range' in value;
}

function variableIn(code: SourceCode, identifier: Node): Variable | undefined {
  if (!is(identifier, 'Identifier') || isPropertyName(identifier)) return undefined;
  let scope: TSESLint.Scope.Scope | null = code.getScope(identifier);
  for (; scope !== null; scope = scope.upper) {
    const variable = scope.set.get(identifier.name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}

/** `connect` in `client.connect` names no variable. */
function isPropertyName(identifier: Node): boolean {
  const { parent } = identifier;
  return is(parent, 'MemberExpression') && parent.property === identifier && !parent.computed;
}

/** Asked of the checker that the parser has made; a checker that fails knows nothing. */
function typeNameOf(code: SourceCode, node: Node): string | undefined {
  const services = code.parserServices;
  if (services?.program === undefined || services.program === null) return undefined;
  const { esTreeNodeToTSNodeMap: nodes } = services;
  if (nodes === undefined) return undefined;
  try {
    const checker = services.program.getTypeChecker();
    const type = checker.getTypeAtLocation(nodes.get(node));
    const symbol = checker.getNonNullableType(type).getSymbol();
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? '';
    // Other packages have a `Model`, a `Collection`, and even a `ClientSession`.
    return /[\\/](?:mongodb|mongoose|typescript)[^\\/]*[\\/]/.test(file) ? symbol?.getName() : undefined;
  } catch {
    return undefined;
  }
}

/** The one value that a variable is declared with; undefined if it gets another later. */
export function initOf(variable: Variable | undefined): Node | undefined {
  const [definition, ...others] = variable?.defs ?? [];
  if (variable === undefined || definition === undefined || others.length > 0) return undefined;
  const { node } = definition;
  if (!is(node, 'VariableDeclarator') || !is(node.id, 'Identifier') || node.init === null) return undefined;
  return writesOf(variable).length > 1 ? undefined : node.init;
}

export function writesOf(variable: Variable): readonly Reference[] {
  return variable.references.filter(reference => reference.isWrite());
}

export function readsOf(variable: Variable): readonly Node[] {
  return variable.references.filter(reference => reference.isRead()).map(({ identifier }) => identifier);
}

/** The function of this file that an expression is, or names: `async () => …`, `save`, a method `this.save`. */
export function functionOf(source: Source, expression: Node | undefined): Func | undefined {
  if (expression === undefined) return undefined;
  const node = bare(expression);
  if (isFunction(node)) return node;
  if (is(node, 'MemberExpression')) return methodOfClass(node);
  const variable = source.variableOf(node);
  const [definition] = variable?.defs ?? [];
  if (
    definition !== undefined &&
    isFunction(definition.node) &&
    kindOfDefinition(definition) === 'FunctionName'
  )
    return definition.node;
  const init = initOf(variable);
  return init !== undefined && isFunction(bare(init)) ? (bare(init) as Func) : undefined;
}

/** `Parameter`, `FunctionName`, `Variable` and others, as text. */
export function kindOfDefinition({ type }: Variable['defs'][number]): string {
  return type;
}

/** `this.save` inside a class that has a method of that name. */
function methodOfClass(member: Node): Func | undefined {
  if (!is(member, 'MemberExpression') || !is(bare(member.object), 'ThisExpression')) return undefined;
  const name = propertyName(member);
  for (const one of classAround(member)?.body ?? []) {
    if (!is(one, 'MethodDefinition', 'PropertyDefinition') || one.value === null) continue;
    if (memberName(one) === name && isFunction(one.value)) return one.value;
  }
  return undefined;
}

/** The calls of this file that call a function by its name. */
export function callsOf(source: Source, func: Func): readonly Call[] {
  const all = source.memo('calls of functions', source.code, () => {
    const byFunction = new Map<Func, Call[]>();
    for (const call of source.calls) {
      const called = functionOf(source, call.callee);
      if (called !== undefined) byFunction.set(called, [...(byFunction.get(called) ?? []), call]);
    }
    return byFunction;
  });
  return all?.get(func) ?? [];
}

/** The places where a function of this file is named without being called: `rows.forEach(save)`. */
export function mentionsOf(source: Source, func: Func): readonly Node[] {
  const name = nameOf(func);
  const variable = name === undefined ? undefined : source.variableOf(name);
  return variable === undefined ? [] : readsOf(variable).filter(node => !isCallee(node));
}

export function nameOf(func: Func): Node | undefined {
  if (is(func, 'FunctionDeclaration')) return func.id ?? undefined;
  const { parent } = func;
  return is(parent, 'VariableDeclarator') && is(parent.id, 'Identifier') ? parent.id : undefined;
}

function isCallee(node: Node): boolean {
  return (
    is(node.parent, 'CallExpression') && node.parent.callee === node && methodOf(node.parent) === undefined
  );
}

const drivers = /^(?:mongodb|mongoose|session-guard|@nestjs\/mongoose|@typegoose\/typegoose)(?:\/|$)/;

export function isDriver(name: string): boolean {
  return drivers.test(name);
}

/** Does the file load the driver, mongoose or this package? */
export function loadsDriver(source: Source): boolean {
  const loads = source.memo('loads driver', source.code, () => {
    const body = source.code.ast.body;
    const imported = body.some(node => is(node, 'ImportDeclaration') && drivers.test(node.source.value));
    return imported || source.calls.some(isRequireOfDriver);
  });
  return loads ?? false;
}

function isRequireOfDriver(call: Call): boolean {
  const [name] = call.arguments;
  const required = is(call.callee, 'Identifier') && call.callee.name === 'require';
  return required && is(name, 'Literal') && drivers.test(String(name.value));
}

/** The module that a name is imported from, also by `require`. */
export function moduleOf(source: Source, identifier: Node): string | undefined {
  const [definition] = source.variableOf(identifier)?.defs ?? [];
  if (definition === undefined) return undefined;
  if (is(definition.parent, 'ImportDeclaration')) return definition.parent.source.value;
  const { node } = definition;
  const init = is(node, 'VariableDeclarator') && node.init !== null ? bare(node.init) : undefined;
  if (!is(init, 'CallExpression') || !is(init.callee, 'Identifier') || init.callee.name !== 'require')
    return undefined;
  const [name] = init.arguments;
  return is(name, 'Literal') ? String(name.value) : undefined;
}
