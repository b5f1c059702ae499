import type {
  AggregateInside,
  ConnectionInside,
  CursorInside,
  DocumentInside,
  ModelInside,
  QueryInside,
} from '../mongoose-types.ts';
import { isNotedOptOut } from './call-site.ts';
import type { Subject } from './wrap.ts';

/** Methods of models that take their options as the second argument. */
const optionsSecond = new Set(['create', 'insertOne', 'insertMany', 'bulkWrite', 'bulkSave']);

/** For each kind of mongoose's objects: the client, the collection and the session of a call. */
export const subjects = {
  connection: ({ client }: ConnectionInside): Subject => subjectOf(client, undefined, undefined, undefined),
  model: (model: ModelInside, args: readonly unknown[], name: string): Subject =>
    ofModel(model, optionsSecond.has(name) ? sessionIn(args[1]) : undefined),
  document: (document: object, args: readonly unknown[], name: string): Subject => {
    const { constructor, $session } = document as DocumentInside;
    const [options] = args;
    // mongoose itself sets the session of a document to null when the session has ended.
    const session = hasSession(options) ? options.session : ($session?.call(document) ?? undefined);
    return ofModel(constructor, session, name === '$save' ? 'save' : undefined);
  },
  query: ({ model, options, op }: QueryInside): Subject => ofModel(model, options?.session, op),
  aggregate: (aggregate: AggregateInside): Subject => {
    const { _model, _connection, options } = aggregate;
    const session = options?.session ?? (isNotedOptOut(aggregate) ? null : undefined);
    if (_model !== undefined) return ofModel(_model, session, 'aggregate');
    return subjectOf(_connection?.client, undefined, session, 'aggregate');
  },
  cursor: ({ model, agg }: CursorInside): Subject =>
    model === undefined && agg !== undefined ? subjects.aggregate(agg) : ofModel(model, undefined),
};

function subjectOf(
  client: Subject['client'],
  namespace: string | undefined,
  session: unknown,
  name: string | undefined,
): Subject {
  return { client, namespace, session, name };
}

function ofModel(model: ModelInside | null | undefined, session: unknown, name?: string): Subject {
  const database = model?.db?.name;
  const collection = model?.collection?.name;
  const named = typeof database === 'string' && typeof collection === 'string';
  return subjectOf(model?.db?.client, named ? `${database}.${collection}` : undefined, session, name);
}

/** The session in the options of a call. */
export function sessionIn(options: unknown): unknown {
  return hasSession(options) ? options.session : undefined;
}

/** With `session: undefined` too, mongoose takes the session of a document away. */
export function hasSession(options: unknown): options is { readonly session: unknown } {
  return typeof options === 'object' && options !== null && 'session' in options;
}
