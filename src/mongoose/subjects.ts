import type {
  AggregateInside,
  ConnectionInside,
  CursorInside,
  DocumentInside,
  ModelInside,
  QueryInside,
} from './mongoose-types.ts';
import { hasOptedOut } from './opt-out.ts';
import type { Subject } from './wrap.ts';

/** Methods of models that take their options second. */
const optionsSecond = new Set(['create', 'insertOne', 'insertMany', 'bulkWrite', 'bulkSave']);

/** What each kind of mongoose's objects tells of a call: its client, its collection, its session. */
export const subjects = {
  connection: ({ client }: ConnectionInside): Subject => ({ client }),
  model: (model: ModelInside, args: readonly unknown[], name: string): Subject => {
    const session = optionsSecond.has(name) ? sessionIn(args[1]) : undefined;
    return { ...ofModel(model), session };
  },
  document: (document: object, args: readonly unknown[], name: string): Subject => {
    const { constructor, $session } = document as DocumentInside;
    const given = sessionIn(args[0]);
    // mongoose itself sets that of a document to null when it has ended.
    const session = given === undefined ? ($session?.call(document) ?? undefined) : given;
    const subject = { ...ofModel(constructor), session };
    return name === '$save' ? { ...subject, name: 'save' } : subject;
  },
  query: ({ model, options, op }: QueryInside): Subject => {
    const subject = { ...ofModel(model), session: options?.session };
    return op === undefined ? subject : { ...subject, name: op };
  },
  aggregate: (aggregate: AggregateInside): Subject => {
    const { _model, _connection, options } = aggregate;
    const { client, namespace } = _model === undefined ? { client: _connection?.client } : ofModel(_model);
    const session = options?.session ?? (hasOptedOut(aggregate) ? null : undefined);
    return { client, namespace, session, name: 'aggregate' };
  },
  cursor: ({ model, agg }: CursorInside): Subject =>
    model === undefined && agg !== undefined ? subjects.aggregate(agg) : ofModel(model),
};

function ofModel(model: ModelInside | null | undefined): Pick<Subject, 'client' | 'namespace'> & Subject {
  const database = model?.db?.name;
  const collection = model?.collection?.name;
  const named = typeof database === 'string' && typeof collection === 'string';
  return { client: model?.db?.client, namespace: named ? `${database}.${collection}` : undefined };
}

/** The session in the options of a call. */
export function sessionIn(options: unknown): unknown {
  return typeof options === 'object' && options !== null && 'session' in options
    ? options.session
    : undefined;
}
