import { demandObservation } from '../runtime/process/on-demand.ts';
import { observationFailed } from '../../platform/failures.ts';
import { patchBackgroundBuilds } from './background-builds.ts';
import { replaceMethod } from '../driver/copies/replace-method.ts';
import { claim, wrapCalls, wrapMakers } from './calls/wrap.ts';
import { patchCursorsOf } from './calls/cursors.ts';
import { patchSaves } from './documents/document-saves.ts';
import { keepDocumentStates } from './documents/document-states.ts';
import { injectIntoBulkSave, injectIntoSave } from './documents/inject-documents.ts';
import { markFolders } from './library-folder.ts';
import type { DocumentInside, MongooseClass, MongooseInside, MongooseInstance } from './mongoose-types.ts';
import { noteOptOut } from './calls/call-site.ts';
import { sessionIn, subjects } from './calls/subjects.ts';
import { invalidArgument } from '../../errors/errors.ts';

/**
 * Observes this copy of mongoose, so that findings name your own line for its operations. `ConnectionManager.adopt(mongoose)`
 * and the preload do this automatically; a second call does no harm.
 * @returns the same mongoose
 * @throws SessionGuardError for anything that is not mongoose
 * @example
 * ```ts
 * import mongoose from 'mongoose';
 * import { observeMongoose } from 'session-guard/mongoose';
 *
 * observeMongoose(mongoose);
 * ```
 */
export function observeMongoose<M extends MongooseInstance>(mongoose: M): M {
  if (mongooseIn(mongoose) === undefined)
    throw invalidArgument("observeMongoose takes what import mongoose from 'mongoose' gives.");
  demandObservation();
  patchMongoose(mongoose);
  return mongoose;
}

/** Each sets the operation of the query; the `Model` statics and the methods of documents call these methods. */
const queryMakers = [
  'find',
  'findOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'updateOne',
  'updateMany',
  'replaceOne',
  'deleteOne',
  'deleteMany',
  'countDocuments',
  'estimatedDocumentCount',
  'distinct',
];

const modelCalls = [
  'create',
  'insertOne',
  'insertMany',
  'bulkWrite',
  'populate',
  'findAndCount',
  'init',
  'createCollection',
  'createIndexes',
  'ensureIndexes',
  'syncIndexes',
  'diffIndexes',
  'cleanIndexes',
  'listIndexes',
  'startSession',
];

const connectionCalls = [
  'transaction',
  'withSession',
  'startSession',
  'bulkWrite',
  'createCollection',
  'createCollections',
  'dropCollection',
  'dropDatabase',
  'listCollections',
  'syncIndexes',
  'close',
  'destroy',
];

/**
 * Patches one copy of mongoose, once, so that its operations are attributed to the user's line. For the preload: it accepts any
 * exports of a file of that name, and never throws.
 */
export function patchMongoose(exported: unknown): void {
  try {
    const mongoose = mongooseIn(exported);
    if (mongoose !== undefined) patchOnce(mongoose);
  } catch (bug) {
    observationFailed(bug);
  }
}

/** Also finds it in the namespace of `import * as mongoose`. */
export function mongooseIn(exported: unknown): MongooseInside | undefined {
  if (isMongoose(exported)) return exported;
  const holder = typeof exported === 'object' && exported !== null && 'default' in exported;
  return holder && isMongoose(exported.default) ? exported.default : undefined;
}

function patchOnce(mongoose: MongooseInside): void {
  if (!claim(mongoose.Query.prototype)) return;
  markFolders(mongoose);
  patchBackgroundBuilds(mongoose);
  patchQueries(mongoose);
  patchAggregates(mongoose);
  patchOptOut(mongoose);
  wrapCalls(mongoose.Model, modelCalls, subjects.model);
  wrapCalls(mongoose.Model, ['bulkSave'], subjects.model, { change: injectIntoBulkSave });
  const saves = patchSaves(mongoose, keepDocumentStates(baseOf(mongoose.Connection)));
  wrapCalls(mongoose.Model.prototype, ['save', '$save'], subjects.document, {
    change(document, args, subject) {
      const changed = injectIntoSave(args, subject);
      const session = changed === args ? subject.session : sessionIn(changed[0]);
      saves.beforeSave(document as DocumentInside, session);
      return changed;
    },
  });
  wrapCalls(mongoose.Document.prototype, ['populate'], subjects.document);
  wrapCalls(baseOf(mongoose.Connection), connectionCalls, subjects.connection);
  wrapCalls(mongoose.Connection.prototype, ['listDatabases'], subjects.connection);
}

/** `Connection` is the driver-specific class: most methods are in its base class, which mongoose exports only from 8.17 on. */
function baseOf({ prototype }: MongooseClass): object {
  const base: unknown = Object.getPrototypeOf(prototype);
  return typeof base === 'object' && base !== null ? base : prototype;
}

function patchQueries({ Query }: MongooseInside): void {
  wrapMakers(Query.prototype, queryMakers, subjects.query);
  wrapCalls(Query.prototype, ['exec'], subjects.query);
  patchCursorsOf(Query.prototype, subjects.query);
}

/** `session(null)` of an aggregate leaves no trace in its options, so the call is recorded separately. */
function patchOptOut({ Aggregate }: MongooseInside): void {
  replaceMethod<(this: object, session?: unknown) => unknown>(Aggregate.prototype, 'session', original => {
    return function session(given) {
      noteOptOut(this, given === null);
      return original.call(this, given);
    };
  });
}

function patchAggregates({ Aggregate, Model, Connection }: MongooseInside): void {
  wrapMakers(Model, ['aggregate'], subjects.model);
  wrapMakers(Connection.prototype, ['aggregate'], subjects.connection);
  wrapCalls(Aggregate.prototype, ['exec', 'explain'], subjects.aggregate);
  patchCursorsOf(Aggregate.prototype, subjects.aggregate);
}

const classes = ['Model', 'Document', 'Query', 'Aggregate', 'Connection', 'Schema'] as const;

export function isMongoose(value: unknown): value is MongooseInside {
  if (typeof value !== 'object' || value === null) return false;
  const exported: { readonly [name in (typeof classes)[number]]?: unknown } = value;
  return classes.every(name => typeof exported[name] === 'function');
}
