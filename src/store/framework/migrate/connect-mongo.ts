import { checkMethods, checkOld, isFunction } from './check-old.ts';
import type { MigrateFrom } from './migrate-from.ts';

interface OldDocument {
  readonly session?: unknown;
  readonly expires?: unknown;
}

/** Of a collection of the MongoDB driver, what is needed to read what connect-mongo has stored. */
export interface OldMongoCollection {
  findOne(filter: object): Promise<OldDocument | null>;
  deleteOne(filter: object): Promise<unknown>;
  updateOne(filter: object, update: object): Promise<unknown>;
}

export interface FromConnectMongoOptions {
  /** After it, the old store is not asked any more. */
  readonly until: Date;
  /** That of connect-mongo. */
  readonly transformId?: ((id: string) => string) | undefined;
  /**
   * That of connect-mongo; with `crypto` or `cryptoAdapter`, what decrypts. Without it, a text is parsed as JSON, and a document
   * is taken as it is.
   */
  readonly unserialize?: ((stored: unknown) => object | Promise<object>) | undefined;
}

const checks = {
  transformId: [isFunction, 'a function'],
  unserialize: [isFunction, 'a function'],
} as const;

const methods = ['findOne', 'deleteOne', 'updateOne'];

/**
 * The sessions of connect-mongo, for `migrateFrom`.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 */
export function fromConnectMongo(
  collection: OldMongoCollection,
  options: FromConnectMongoOptions,
): MigrateFrom {
  checkMethods(collection, methods, 'fromConnectMongo takes a collection of the MongoDB driver');
  checkOld(options, { where: 'fromConnectMongo', checks });
  const { until, transformId = id => id, unserialize = plain } = options;
  const filter = (id: string) => ({ _id: transformId(id) });
  return {
    until,
    async read(id) {
      const found = await collection.findOne(filter(id));
      if (found === null) return undefined;
      const { session, expires } = found;
      const leftMS = expires instanceof Date ? expires.getTime() - Date.now() : undefined;
      if (leftMS !== undefined && leftMS <= 0) return undefined;
      return { data: await unserialize(session), leftMS };
    },
    remove: id => collection.deleteOne(filter(id)),
    // No upsert: it must not make one.
    touch: (id, leftMS) =>
      collection.updateOne(filter(id), { $set: { expires: new Date(Date.now() + leftMS) } }),
  };
}

function plain(stored: unknown): object {
  return (typeof stored === 'string' ? JSON.parse(stored) : stored) as object;
}
