import { observationFailed } from '../guard/failures.ts';
import { observeBackgroundBuilds } from './background-builds.ts';
import { replaceMethod } from '../instrument/driver/replace-method.ts';
import { claim } from './claim.ts';
import { observeCursorsOf } from './cursors.ts';
import { observeSaves } from './document-saves.ts';
import { keepDocumentStates } from './document-states.ts';
import { injectIntoBulkSave, injectIntoSave } from './inject-documents.ts';
import { markFolders } from './library-folder.ts';
import type { DocumentInside, MongooseInside } from './mongoose-types.ts';
import { noteOptOut } from './opt-out.ts';
import { subjects } from './subjects.ts';
import { wrapCalls, wrapMakers } from './wrap.ts';

/** Each makes an operation of the query; the `Model` statics and the methods of documents call these. */
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
 * Makes one copy of mongoose tell the user's line for what it sends; once, whoever comes first. For the preload: it takes
 * whatever a file of that name exports, and never throws.
 */
export function observeMongooseModule(exported: unknown): void {
  try {
    const mongoose = mongooseIn(exported);
    if (mongoose !== undefined) observe(mongoose);
  } catch (bug) {
    observationFailed(bug);
  }
}

/** Also in the namespace that `import * as mongoose` gives. */
export function mongooseIn(exported: unknown): MongooseInside | undefined {
  if (isMongoose(exported)) return exported;
  const holder = typeof exported === 'object' && exported !== null && 'default' in exported;
  return holder && isMongoose(exported.default) ? exported.default : undefined;
}

function observe(mongoose: MongooseInside): void {
  if (!claim(mongoose.Query.prototype)) return;
  markFolders(mongoose);
  observeBackgroundBuilds(mongoose);
  observeQueries(mongoose);
  observeAggregates(mongoose);
  observeOptOut(mongoose);
  wrapCalls(mongoose.Model, modelCalls, subjects.model);
  wrapCalls(mongoose.Model, ['bulkSave'], subjects.model, { change: injectIntoBulkSave });
  const saves = observeSaves(mongoose, keepDocumentStates(mongoose));
  wrapCalls(mongoose.Model.prototype, ['save', '$save'], subjects.document, {
    change(document, args) {
      const changed = injectIntoSave(document, args);
      saves.beforeSave(document as DocumentInside, subjects.document(document, changed, 'save').session);
      return changed;
    },
  });
  wrapCalls(mongoose.Document.prototype, ['populate'], subjects.document);
  wrapCalls(mongoose.BaseConnection.prototype, connectionCalls, subjects.connection);
  wrapCalls(mongoose.Connection.prototype, ['listDatabases'], subjects.connection);
}

function observeQueries({ Query }: MongooseInside): void {
  wrapMakers(Query.prototype, queryMakers, subjects.query);
  wrapCalls(Query.prototype, ['exec'], subjects.query);
  observeCursorsOf(Query.prototype, subjects.query);
}

/** `session(null)` of an aggregate leaves no trace in its options: that it was said is kept beside. */
function observeOptOut({ Aggregate }: MongooseInside): void {
  replaceMethod<(this: object, session?: unknown) => unknown>(Aggregate.prototype, 'session', original => {
    return function session(given) {
      noteOptOut(this, given === null);
      return original.call(this, given);
    };
  });
}

function observeAggregates({ Aggregate, Model, Connection }: MongooseInside): void {
  wrapMakers(Model, ['aggregate'], subjects.model);
  wrapMakers(Connection.prototype, ['aggregate'], subjects.connection);
  wrapCalls(Aggregate.prototype, ['exec', 'explain'], subjects.aggregate);
  observeCursorsOf(Aggregate.prototype, subjects.aggregate);
}

const classes = [
  'Model',
  'Document',
  'Query',
  'Aggregate',
  'Connection',
  'BaseConnection',
  'Schema',
] as const;

export function isMongoose(value: unknown): value is MongooseInside {
  if (typeof value !== 'object' || value === null) return false;
  const exported: { readonly [name in (typeof classes)[number]]?: unknown } = value;
  return classes.every(name => typeof exported[name] === 'function');
}
