import {
  awaited,
  bare,
  type Call,
  classAround,
  type Func,
  is,
  memberName,
  methodOf,
  type Node,
  pathOf,
  propertyName,
  receiverOf,
  within,
} from '../syntax/nodes.ts';
import { type Shown, shownBy, shownByPattern } from '../syntax/properties.ts';
import type { Session } from './sessions.ts';
import { initOf, type Source, type Variable } from '../syntax/source.ts';
import { namesType } from '../syntax/types.ts';

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
  return isMadeAnew(root, maker) ? undefined : root;
}

/** Each call of the function may give another client: it makes one, or takes it out of a parameter. */
function isMadeAnew({ key }: Root, maker: Func): boolean {
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

const noModel = /(?:Service|Repository|Repo|Manager|Dao|Store|Factory|Controller|Helper|Client)s?$/;

/** A class of another file whose static methods are those of a model, in a file that works with mongoose. */
export function isImportedModel(source: Source, variable: Variable): boolean {
  const [definition] = variable.defs;
  const isImported = is(definition?.parent, 'ImportDeclaration') || isRequired(definition?.node);
  return isImported && /^[A-Z]/.test(variable.name) && !noModel.test(variable.name) && loadsMongoose(source);
}

function isRequired(node: Node | undefined): boolean {
  if (!is(node, 'VariableDeclarator') || node.init === null) return false;
  const call = bare(node.init);
  return is(call, 'CallExpression') && is(call.callee, 'Identifier') && call.callee.name === 'require';
}

function loadsMongoose({ text }: Source): boolean {
  return /['"](?:mongoose|@nestjs\/mongoose)['"]/.test(text);
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

export type Kind = 'collection' | 'model' | 'unknown';

const wrapped: Readonly<Record<string, Kind>> = { collection: 'collection', model: 'model' };

/** Is it a collection of the driver, or a model of mongoose? */
export function kindOf(source: Source, expression: Node): Kind {
  const node = awaited(expression);
  const type = source.typeName(node);
  if (type === 'Collection') return 'collection';
  if (type === 'Model') return 'model';
  if (is(node, 'CallExpression')) {
    const name = is(node.callee, 'Identifier') ? node.callee.name : methodOf(node);
    return wrapped[name ?? ''] ?? kindOfShown(source, shownBy(source, node));
  }
  const variable = source.variableOf(node);
  if (variable === undefined) {
    const declared = kindOfField(source, node);
    return declared === 'unknown' ? kindOfShown(source, shownBy(source, node)) : declared;
  }
  const init = initOf(variable);
  if (init !== undefined) return is(awaited(init), 'CallExpression') ? kindOf(source, init) : 'unknown';
  const declared = annotated(source, variable.defs[0]?.name);
  return declared === 'unknown' ? kindOfShown(source, shownByPattern(source, variable)) : declared;
}

/** A model of mongoose: by its type or how it is made, or a class of another file in a file that works with mongoose. */
export function isModel(source: Source, expression: Node): boolean {
  if (kindOf(source, expression) === 'model') return true;
  const variable = source.variableOf(awaited(expression));
  return variable !== undefined && isImportedModel(source, variable);
}

function kindOfShown(source: Source, shown: Shown | undefined): Kind {
  if (shown === undefined) return 'unknown';
  return source.memo('kind of property', shown.value, () => kindOf(source, shown.value)) ?? 'unknown';
}

function annotated(source: Source, name: Node | undefined): Kind {
  if (!is(name, 'Identifier')) return 'unknown';
  const type = name.typeAnnotation?.typeAnnotation;
  if (namesType(source, type, 'Collection')) return 'collection';
  return namesType(source, type, 'Model') ? 'model' : 'unknown';
}

/** `this.users`, a parameter of the constructor with a type: `private users: Model<User>`. */
function kindOfField(source: Source, node: Node): Kind {
  if (!is(node, 'MemberExpression') || !is(node.object, 'ThisExpression')) return 'unknown';
  const field = propertyName(node);
  const at = classAround(node);
  if (at === undefined || field === undefined) return 'unknown';
  for (const member of at.body) {
    if (is(member, 'PropertyDefinition') && memberName(member) === field) {
      const type = member.typeAnnotation?.typeAnnotation;
      if (namesType(source, type, 'Model')) return 'model';
      if (namesType(source, type, 'Collection')) return 'collection';
    }
    if (!is(member, 'MethodDefinition') || member.kind !== 'constructor') continue;
    for (const param of member.value.params) {
      const name = is(param, 'TSParameterProperty') ? param.parameter : undefined;
      if (is(name, 'Identifier') && name.name === field) return annotated(source, name);
    }
  }
  return 'unknown';
}
