import { profiles } from '../../guard/manager/options/profiles.ts';
import { isSameClient, makesClient, type Root, rootOf } from './clients/clients.ts';
import { isRunByRequestsAtOnce } from '../syntax/request-handlers.ts';
import {
  bare,
  type Call,
  functionAround,
  is,
  isPromiseMethod,
  methodOf,
  type Node,
  outermost,
  parentOf,
  pathOf,
  valueOf,
  within,
} from '../syntax/nodes.ts';
import { type Operation, operationsOf } from './operations.ts';
import type { Source } from '../syntax/source.ts';

/** A client that is made with literal options, and what this file does with it. */
export interface ConfiguredClient {
  /** The call or `new` that makes it. */
  readonly made: Node;
  readonly options: Node;
  readonly uri: string | undefined;
  readonly root: Root | undefined;
  readonly operations: readonly Operation[];
  /** It asks only whether the server is there. */
  readonly isProbe: boolean;
}

export function configuredClients(source: Source): readonly ConfiguredClient[] {
  const all = source.memo('configured clients', source.code, () =>
    source.below(source.code.ast).flatMap(node => configured(source, node) ?? []),
  );
  return all ?? [];
}

function configured(source: Source, made: Node): ConfiguredClient | undefined {
  if (!is(made, 'NewExpression', 'CallExpression')) return undefined;
  const isMongoose = is(made, 'CallExpression') && pathOf(made.callee) === 'mongoose.connect';
  if (!isMongoose && !makesClient(made)) return undefined;
  if (is(made, 'CallExpression') && methodOf(made) === 'connect' && made.arguments.length < 2)
    return undefined;
  const [uri, second] = made.arguments;
  const options = second === undefined ? undefined : optionsIn(made, bare(second));
  if (!is(options, 'ObjectExpression')) return undefined;
  const root = isMongoose ? { key: 'mongoose', isClient: true } : rootOfMade(source, made);
  const operations = operationsOf(source).filter(
    one => isSameClient(rootOf(source, one.receiver), root) === true,
  );
  const isProbe = operations.length === 0 && /\bping\b/.test(source.text);
  return { made, options, uri: textOf(uri), root, operations, isProbe };
}

/** `new ConnectionManager(uri, { client: { … } })` has the driver's options one step deeper. */
function optionsIn(made: Node, second: Node): Node | undefined {
  const isManager = is(made, 'NewExpression') && (pathOf(made.callee) ?? '').endsWith('ConnectionManager');
  return isManager ? valueOf(second, 'client') : second;
}

function hasProfile(made: Node): boolean {
  if (!is(made, 'NewExpression')) return false;
  const second = made.arguments[1];
  return second !== undefined && valueOf(bare(second), 'profile') !== undefined;
}

/** By the variable or the field of a class that the client is kept in, also through `await` and `.connect()`. */
function rootOfMade(source: Source, made: Node): Root | undefined {
  let value = made;
  let at = parentOf(made);
  while (is(at, 'MemberExpression', 'CallExpression', 'AwaitExpression')) {
    value = at;
    at = parentOf(at);
  }
  if (is(at, 'VariableDeclarator')) return rootOf(source, at.id);
  const isKept =
    is(at, 'PropertyDefinition') || (is(at, 'AssignmentExpression') && at.right === outermost(value));
  return isKept ? { key: bare(value), isClient: true } : undefined;
}

function textOf(uri: Node | undefined): string | undefined {
  return is(uri, 'Literal') && typeof uri.value === 'string' ? uri.value : undefined;
}

/** The number that an option is set to: a literal, or a product of literals. */
export function numberOf(client: ConfiguredClient, name: string): number | undefined {
  const value = valueOf(client.options, name);
  return value === undefined ? undefined : valueOfNumber(value);
}

function valueOfNumber(node: Node): number | undefined {
  if (is(node, 'Literal')) return typeof node.value === 'number' ? node.value : undefined;
  if (!is(node, 'BinaryExpression') || node.operator !== '*') return undefined;
  const [left, right] = [valueOfNumber(node.left), valueOfNumber(node.right)];
  return left === undefined || right === undefined ? undefined : left * right;
}

/** Is an option set at all: in the object, in the connection string, by the profile of a manager? A spread may set it. */
export function mayBeSet({ options, uri, made }: ConfiguredClient, name: string): boolean {
  if (valueOf(options, name) !== undefined || uri?.includes(`${name}=`)) return true;
  if (Object.hasOwn(profiles.service, name) && hasProfile(made)) return true;
  return is(options, 'ObjectExpression') && options.properties.some(one => is(one, 'SpreadElement'));
}

/** Does the file run several operations of the client at once: in `Promise.all`, or in the handler of requests? */
export function runsAtOnce(source: Source, { operations }: ConfiguredClient): boolean {
  return operations.some(
    ({ call }) => isRunByRequestsAtOnce(source, functionAround(call)) || isInCombinator(source, call),
  );
}

function isInCombinator(source: Source, call: Call): boolean {
  return source.calls.some(
    one => isPromiseMethod(one, 'all', 'allSettled') && within(call, one) && isShort(source, call, one),
  );
}

/** Directly in its list or in the callback of a `map` in it. */
function isShort(source: Source, call: Call, combinator: Call): boolean {
  const func = functionAround(call);
  return (
    func === functionAround(combinator) ||
    functionAround(func ?? source.code.ast) === functionAround(combinator)
  );
}

/** The property of an option, to mark it. */
export function optionNode({ options, made }: ConfiguredClient, name: string): Node {
  const value = valueOf(options, name);
  return value === undefined ? made : (parentOf(value) ?? made);
}
