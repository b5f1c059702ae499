import {
  awaited,
  bare,
  type Call,
  type Func,
  is,
  methodOf,
  type Node,
  pathOf,
  receiverOf,
  within,
} from '../../syntax/nodes.ts';
import { type Shown, shownBy, shownByPattern } from '../../syntax/properties.ts';
import type { Session } from '../sessions/sessions.ts';
import { initOf, type Source, type Variable } from '../../syntax/source.ts';
import { isImportedModel, kindOf, kindOfField } from './collection-or-model.ts';

/** What the calls of a chain such as `client.db().collection('orders')` begin at: a variable, a path, what makes it, or mongoose itself. */
export interface Root {
  readonly key: Variable | Node | string;
  /** The file shows how it is made, so that two such roots with different keys are different clients. */
  readonly isClient: boolean;
}

const steps = new Set([
  'db',
  'collection',
  'model',
  'useDb',
  'connect',
  'asPromise',
  'getClient',
  'startSession',
]);
const makers = new Set(['createConnection', 'connect']);

/** The client that a collection, a model, a database or a session belongs to, as far as this file shows it. */
export function rootOf(source: Source, expression: Node | undefined): Root | undefined {
  if (expression === undefined) return undefined;
  const node = awaited(expression);
  if (is(node, 'CallExpression'))
    return rootOfCall(source, node) ?? rootOfShown(source, shownBy(source, node));
  if (is(node, 'NewExpression')) {
    if (is(bare(node.callee), 'MemberExpression') && kindOf(source, node.callee) === 'model')
      return rootOf(source, node.callee);
    const name = is(node.callee, 'Identifier') ? node.callee.name : '';
    return name === 'GridFSBucket' ? rootOf(source, node.arguments[0]) : rootOfNew(source, name);
  }
  if (is(node, 'MemberExpression')) return rootOfMember(source, node);
  const variable = source.variableOf(node);
  if (variable === undefined) return is(node, 'Identifier') ? { key: node.name, isClient: false } : undefined;
  if (isMongoose(variable)) return mongoose;
  if (isImportedModel(source, variable)) return importedModels;
  const init = initOf(variable);
  if (init === undefined)
    return rootOfShown(source, shownByPattern(source, variable)) ?? { key: variable, isClient: false };
  if (makesClient(init)) return { key: variable, isClient: true };
  const inner = rootOf(source, init);
  return inner ?? { key: variable, isClient: false };
}

/** What a property or a function of this file has; where it names a parameter, what the call gives for that. */
function rootOfShown(source: Source, shown: Shown | undefined): Root | undefined {
  if (shown === undefined) return undefined;
  const { value, call, maker } = shown;
  const root = makesClient(value)
    ? { key: value, isClient: true }
    : source.memo('root of property', value, () => rootOf(source, value));
  if (root === undefined || call === undefined || maker === undefined) return root;
  const index = maker.params.findIndex(param => source.variableOf(param) === root.key);
  if (index >= 0) return rootOf(source, call.arguments[index]);
  return isMadeByEachCall(root, maker) ? undefined : root;
}

/** Each call of the function may give another client: it makes one, or takes it out of a parameter. */
function isMadeByEachCall({ key }: Root, maker: Func): boolean {
  if (typeof key === 'string') return !/^this\.|^mongoose$| /.test(key);
  const place = 'defs' in key ? key.defs[0]?.name : key;
  return place !== undefined && within(place, maker);
}

const mongoose: Root = { key: 'mongoose', isClient: true };
const importedModels: Root = { key: 'imported models', isClient: false };

/** `new Order()` of a model: its root is the model's. */
function rootOfNew(source: Source, name: string): Root | undefined {
  const variable = source.code.scopeManager?.scopes.flatMap(scope => scope.set.get(name) ?? [])[0];
  if (variable !== undefined && isImportedModel(source, variable)) return importedModels;
  const init = initOf(variable);
  return init === undefined ? undefined : rootOf(source, init);
}

function rootOfCall(source: Source, call: Call): Root | undefined {
  if (is(call.callee, 'Identifier')) {
    const variable = source.variableOf(call.callee);
    return variable !== undefined && isMongoose(variable) ? mongoose : undefined;
  }
  if (makesClient(call)) return { key: call, isClient: true };
  return steps.has(methodOf(call) ?? '') ? rootOf(source, receiverOf(call)) : undefined;
}

function rootOfMember(source: Source, node: Node): Root | undefined {
  const path = pathOf(node);
  if (!is(node, 'MemberExpression')) return undefined;
  if (/\.(?:connection|client|mongo)$/.test(path ?? '')) {
    const inner = rootOf(source, node.object);
    if (inner !== undefined && inner.isClient) return inner;
  }
  if (kindOfField(source, node) === 'model' && !/InjectModel\([^)]*,/.test(source.text))
    return { key: 'injected models', isClient: false };
  const shown = rootOfShown(source, shownBy(source, node));
  if (shown !== undefined) return shown;
  return path === undefined ? undefined : { key: path, isClient: false };
}

/** Imported from mongoose: the module, or one of its functions. */
function isMongoose(variable: Variable): boolean {
  const [definition] = variable.defs;
  if (definition === undefined) return false;
  const { parent } = definition;
  if (is(parent, 'ImportDeclaration')) return parent.source.value === 'mongoose';
  const init = is(definition.node, 'VariableDeclarator') ? definition.node.init : null;
  const call = init === null ? undefined : bare(init);
  const [name] = is(call, 'CallExpression') && is(call.callee, 'Identifier') ? call.arguments : [];
  return is(name, 'Literal') && name.value === 'mongoose';
}

/** `new MongoClient(…)`, `MongoClient.connect(…)`, `mongoose.createConnection(…)`, `new ConnectionManager(…)`. */
export function makesClient(value: Node): boolean {
  const node = awaited(value);
  if (is(node, 'NewExpression'))
    return /(?:^|\.)(?:MongoClient|ConnectionManager)$/.test(pathOf(node.callee) ?? '');
  if (!is(node, 'CallExpression') || !makers.has(methodOf(node) ?? '')) return false;
  const receiver = receiverOf(node);
  if (receiver === undefined) return false;
  if (methodOf(node) === 'createConnection') return pathOf(receiver) === 'mongoose';
  return pathOf(receiver) === 'MongoClient' || makesClient(receiver);
}

/** Do two expressions belong to one client? `undefined`: this file does not show it. */
export function isSameClient(one: Root | undefined, two: Root | undefined): boolean | undefined {
  if (one === undefined || two === undefined) return undefined;
  if (one.key === two.key) return true;
  return one.isClient && two.isClient ? false : undefined;
}

export function clientOf(source: Source, session: Session): Root | undefined {
  const { call } = session;
  if (call === undefined) return undefined;
  return rootOf(source, receiverOf(call) ?? call);
}

/** A call that closes a client: `client.close()`, `mongoose.disconnect()`, `mongoose.connection.close()`. */
export interface Close {
  readonly call: Call;
  readonly root: Root;
}

export function closesOf(source: Source): readonly Close[] {
  const all = source.memo('closes', source.code, () =>
    source.calls.flatMap(call => {
      const name = methodOf(call);
      const root = name === 'close' || name === 'disconnect' ? rootOf(source, receiverOf(call)) : undefined;
      return root === undefined ? [] : [{ call, root }];
    }),
  );
  return all ?? [];
}
