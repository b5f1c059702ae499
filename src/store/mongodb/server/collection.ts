import { invalidArgument, invalidOption } from '../../../errors/errors.ts';

/** The used parts of a driver's collection, so that the types of drivers 6 and 7 both fit. */
export interface MongoCollection {
  readonly dbName: string;
  readonly collectionName: string;
  readonly readPreference?: { readonly mode: string } | undefined;
  find(filter: object, options: object): { toArray(): Promise<object[]> };
  findOne(filter: object, options: object): Promise<object | null>;
  aggregate(pipeline: object[], options: object): { toArray(): Promise<object[]> };
  insertOne(document: object, options: object): Promise<unknown>;
  updateOne(filter: object, update: object, options: object): Promise<{ readonly matchedCount: number }>;
  findOneAndUpdate(filter: object, update: object[], options: object): Promise<object | null>;
  findOneAndDelete(filter: object, options: object): Promise<object | null>;
  indexes(options: object): Promise<object[]>;
  createIndexes(indexes: { key: Record<string, 1>; name: string }[], options: object): Promise<unknown>;
}

const methods = [
  'find',
  'findOne',
  'aggregate',
  'insertOne',
  'updateOne',
  'findOneAndUpdate',
  'findOneAndDelete',
  'createIndexes',
];

/**
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, or ERR_SESSION_GUARD_INVALID_OPTION for a collection that reads
 * from secondaries: they may still have ended sessions
 */
export function checkCollection(collection: MongoCollection): MongoCollection {
  const isOne =
    typeof collection === 'object' &&
    collection !== null &&
    methods.every(name => typeof Reflect.get(collection, name) === 'function');
  if (!isOne)
    throw invalidArgument(
      "mongoBackend takes a collection of the driver: mongoBackend(client.db('shop').collection('sessions')).",
    );
  const { mode = 'primary' } = collection.readPreference ?? {};
  if (mode !== 'primary')
    throw invalidOption(
      `The collection '${collection.collectionName}' reads with readPreference '${mode}': a secondary may still have sessions that have ended. Get the collection with { readPreference: 'primary' }.`,
    );
  return collection;
}
