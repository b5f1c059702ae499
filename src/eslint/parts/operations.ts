import { clientOf } from './clients/clients.ts';
import { isImportedModel, isModel, kindOf } from './clients/collection-or-model.ts';
import { type Method, methods, sends } from '../syntax/methods.ts';
import {
  bare,
  type Call,
  chainOf,
  is,
  methodOf,
  type Node,
  outermost,
  parentOf,
  receiverOf,
  valueOf,
} from '../syntax/nodes.ts';
import { type Session, sessionOf } from './sessions/sessions.ts';
import { initOf, readsOf, type Source } from '../syntax/source.ts';

/** How a call is connected to a session. `misplaced`: in an argument that is not its options. */
export type Carries = 'session' | 'misplaced' | 'opted-out' | 'none' | 'unknown';

/** A call of a method of a collection, a model or a document. */
export interface Operation {
  readonly call: Call;
  readonly name: string;
  readonly kind: 'write' | 'read';
  readonly receiver: Node;
  /** The whole expression, with all that is called on it: `find().session(session).toArray()`. */
  readonly value: Node;
  readonly chain: readonly Call[];
  readonly carries: Carries;
  /** The session that it carries, if it can be known. */
  readonly session: Session | undefined;
  /** Is it sent as it stands, or by an `await`? A cursor of the driver is not. */
  readonly isSent: boolean;
}

/** The operations of a file, in the order of the text. */
export function operationsOf(source: Source): readonly Operation[] {
  const all = source.memo('operations', source.code, () =>
    source.calls.flatMap(call => operationOf(source, call) ?? []),
  );
  return all ?? [];
}

/** The operations of a file that carry a session that is known. */
export function sessionOperations(source: Source): readonly (Operation & { readonly session: Session })[] {
  const all = source.memo('session operations', source.code, () =>
    operationsOf(source).flatMap(operation =>
      operation.session === undefined ? [] : [{ ...operation, session: operation.session }],
    ),
  );
  return all ?? [];
}

export function operationOf(source: Source, call: Call): Operation | undefined {
  const name = methodOf(call);
  const receiver = receiverOf(call);
  const method = name === undefined ? undefined : methods.get(name);
  if (name === undefined || receiver === undefined || method === undefined) return undefined;
  if (isInChain(receiver)) return undefined;
  const chain = chainOf(call);
  const carried = carriedBy(source, call, chain, method);
  const sent = chain.some(one => sends.has(methodOf(one) ?? ''));
  return {
    call,
    name,
    kind: method.kind,
    receiver,
    value: outermost(chain.at(-1) ?? call),
    chain,
    ...carried,
    isSent: method.lazy !== true || sent || isModel(source, receiver),
  };
}

/** `updateOne` in `bulk.find({}).updateOne({})` is a step of a bulk, and `countDocuments` in a chain of a query one of that. */
function isInChain(receiver: Node): boolean {
  return is(receiver, 'CallExpression') && methods.has(methodOf(receiver) ?? '');
}

type Carried = Pick<Operation, 'carries' | 'session'>;

function carriedBy(source: Source, call: Call, chain: readonly Call[], method: Method): Carried {
  const step = chain.find(one => methodOf(one) === 'session');
  if (step !== undefined) return given(source, step.arguments[0]);
  if (chain.some(one => methodOf(one) === 'setOptions')) return { carries: 'unknown', session: undefined };
  return inArguments(source, call, method);
}

function given(source: Source, value: Node | undefined): Carried {
  if (value === undefined) return { carries: 'unknown', session: undefined };
  if (is(value, 'Literal') && value.value === null) return { carries: 'opted-out', session: undefined };
  return { carries: 'session', session: sessionOf(source, value) };
}

function inArguments(source: Source, call: Call, method: Method): Carried {
  const bareSession = sessionItself(source, call);
  if (bareSession !== undefined) return { carries: 'misplaced', session: bareSession };
  const places = [method.driver, method.mongoose].filter(place => place !== undefined);
  for (const [index, argument] of call.arguments.entries()) {
    const value = valueOf(literalOf(source, argument), 'session');
    if (value === undefined) continue;
    const carried = given(source, value);
    // A document or a filter may have a field of that name.
    if (!places.includes(index) && carried.session === undefined) continue;
    if (!isMisplaced(source, call, method, index, carried.session)) return carried;
    return { carries: 'misplaced', session: carried.session };
  }
  const isSpread = call.arguments.some(argument => is(argument, 'SpreadElement'));
  const isUnknown = isSpread || places.some(place => isUnread(call.arguments[place]));
  return { carries: isUnknown ? 'unknown' : 'none', session: undefined };
}

/** The object itself, or the one that a variable has and nothing changes: `const options = { session };`. */
function literalOf(source: Source, argument: Node): Node {
  const node = bare(argument);
  const variable = source.variableOf(node);
  const init = initOf(variable);
  if (variable === undefined || init === undefined) return node;
  return readsOf(variable).some(read => is(parentOf(read), 'MemberExpression')) ? node : bare(init);
}

/** `order.save(session)`, `Order.create([order], session)`: the session in the place of the options. */
function sessionItself(source: Source, call: Call): Session | undefined {
  const receiver = receiverOf(call);
  const last = call.arguments.at(-1);
  const session = last === undefined || is(last, 'ObjectExpression') ? undefined : sessionOf(source, last);
  if (session === undefined || receiver === undefined) return undefined;
  const isOwn = kindOf(source, receiver) !== 'unknown' || isModelOfMongoose(source, receiver, session);
  return isOwn || isNewModel(source, receiver, session) ? session : undefined;
}

/** A model of another file, used with a session of mongoose. */
function isModelOfMongoose(source: Source, receiver: Node, session: Session): boolean {
  const variable = source.variableOf(receiver);
  return (
    variable !== undefined &&
    isImportedModel(source, variable) &&
    clientOf(source, session)?.key === 'mongoose'
  );
}

/** `new Order(…)`, or a variable that has it. */
function isNewModel(source: Source, receiver: Node, session: Session): boolean {
  const made = bare(initOf(source.variableOf(receiver)) ?? receiver);
  return is(made, 'NewExpression') && isModelOfMongoose(source, made.callee, session);
}

/** mongoose takes the projection where the driver takes the options; a document's own methods have one argument less. */
function isMisplaced(
  source: Source,
  call: Call,
  { driver, mongoose }: Method,
  index: number,
  session: Session | undefined,
): boolean {
  const receiver = receiverOf(call);
  let kind = receiver === undefined ? 'unknown' : kindOf(source, receiver);
  if (kind === 'unknown' && receiver !== undefined && session !== undefined)
    kind = isModelOfMongoose(source, receiver, session) ? 'model' : 'unknown';
  if (kind === 'collection') return driver !== undefined && index !== driver;
  if (kind === 'model') return mongoose !== undefined && index !== mongoose;
  // A service of the program may have one argument more: `service.insertOne(order, {}, { session })`.
  const place = Math.max(driver ?? 0, mongoose ?? 0);
  return index > place && call.arguments.slice(place, index).every(isNothing);
}

function isNothing(argument: Node): boolean {
  const node = bare(argument);
  return (
    (is(node, 'Literal') && node.value === null) || (is(node, 'Identifier') && node.name === 'undefined')
  );
}

function isUnread(argument: Node | undefined): boolean {
  if (argument === undefined) return false;
  const node = bare(argument);
  if (is(node, 'Literal') || isNothing(node)) return false;
  if (is(node, 'ObjectExpression')) return node.properties.some(property => is(property, 'SpreadElement'));
  return !is(node, 'ArrayExpression', 'TemplateLiteral');
}

/** A query of mongoose is not sent before somebody waits for it. */
export function isQuery(source: Source, call: Call): boolean {
  const callee = bare(call.callee);
  if (!is(callee, 'MemberExpression') || kindOf(source, callee.object) === 'collection') return false;
  return kindOf(source, callee.object) === 'model' && !eager.has(methodOf(call) ?? '');
}

const eager = new Set([
  'create',
  'save',
  'insertOne',
  'insertMany',
  'bulkWrite',
  'bulkSave',
  'withTransaction',
]);

/** Also of a model of another file. */
export function isQueryOfModel(source: Source, call: Call): boolean {
  const receiver = receiverOf(call);
  return receiver !== undefined && isModel(source, receiver) && !eager.has(methodOf(call) ?? '');
}
