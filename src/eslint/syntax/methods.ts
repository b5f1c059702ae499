/** What a method of a collection, a model or a document does, and which of its arguments has the options. */
export interface Method {
  readonly kind: 'write' | 'read';
  /** The place of the options in the driver, and in mongoose; undefined: it has no such method. */
  readonly driver?: number;
  readonly mongoose?: number;
  /** Nothing is sent before something more is called: `find()` of the driver. */
  readonly lazy?: true;
  /** Other libraries have methods of this name. */
  readonly common?: true;
}

const write = (driver: number, mongoose = driver): Method => ({ kind: 'write', driver, mongoose });
const read = (driver: number, mongoose = driver): Method => ({ kind: 'read', driver, mongoose });

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['insertOne', write(1)],
  ['insertMany', write(1)],
  ['updateOne', write(2)],
  ['updateMany', write(2)],
  ['replaceOne', write(2)],
  ['deleteOne', write(1)],
  ['deleteMany', write(1)],
  ['bulkWrite', write(1)],
  ['findOneAndUpdate', write(2)],
  ['findOneAndReplace', write(2)],
  ['findOneAndDelete', write(1)],
  ['findByIdAndUpdate', { kind: 'write', mongoose: 2 }],
  ['findByIdAndDelete', { kind: 'write', mongoose: 1 }],
  ['bulkSave', { kind: 'write', mongoose: 1 }],
  ['create', { kind: 'write', mongoose: 1, common: true }],
  ['save', { kind: 'write', mongoose: 0, common: true }],
  ['findOne', { ...read(1, 2), common: true }],
  ['findById', { kind: 'read', mongoose: 2, common: true }],
  ['find', { ...read(1, 2), lazy: true, common: true }],
  ['aggregate', { ...read(1), lazy: true, common: true }],
  ['countDocuments', read(1)],
  ['estimatedDocumentCount', read(0)],
  ['distinct', { ...read(2), common: true }],
  ['createIndex', { kind: 'write', driver: 1 }],
]);

/** Methods of cursors and queries after which the command is sent. */
export const sends: ReadonlySet<string> = new Set([
  'toArray',
  'next',
  'hasNext',
  'tryNext',
  'forEach',
  'eachAsync',
  'exec',
  'then',
  'catch',
  'finally',
  'explain',
]);

/** Writes that the driver sends again under the session's transaction number. `updateMany` and `deleteMany` are not. */
export const retryable: ReadonlySet<string> = new Set([
  'insertOne',
  'insertMany',
  'updateOne',
  'replaceOne',
  'deleteOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'findByIdAndUpdate',
  'findByIdAndDelete',
  'create',
  'save',
]);
