import { aFunction } from '../../../platform/options/checks.ts';
import { checkMethods, checkOld, type MigrateFrom } from '../shared/migrate-from.ts';

interface OldDocument {
  readonly session?: unknown;
  readonly expires?: unknown;
}

/** The parts of a MongoDB driver's collection that are needed to read the sessions of connect-mongo. */
export interface OldMongoCollection {
  findOne(filter: object): Promise<OldDocument | null>;
  deleteOne(filter: object): Promise<unknown>;
  updateOne(filter: object, update: object): Promise<unknown>;
}

export interface FromConnectMongoOptions {
  /** After this time the old store is not read any more. */
  readonly until: Date;
  /** That of connect-mongo. */
  readonly transformId?: ((id: string) => string) | undefined;
  /**
   * The option of connect-mongo; with `crypto` or `cryptoAdapter`, a function that decrypts. Without it, a text is parsed as
   * JSON, and a document is used unchanged.
   */
  readonly unserialize?: ((stored: unknown) => object | Promise<object>) | undefined;
}

const methods = ['findOne', 'deleteOne', 'updateOne'];

/**
 * The sessions of connect-mongo, for `migrateFrom`.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts
 * import { memoryBackend } from 'session-guard/store';
 * import { expressSessions, fromConnectMongo } from 'session-guard/store/express-session';
 *
 * const { options } = expressSessions(memoryBackend(), {
 *   secret: process.env.SESSION_SECRET,
 *   migrateFrom: fromConnectMongo(db.collection('old-sessions'), { until: new Date('2030-01-31') }),
 * });
 * console.log(options.resave); // → false
 * ```
 */
export function fromConnectMongo(
  collection: OldMongoCollection,
  options: FromConnectMongoOptions,
): MigrateFrom {
  checkMethods(collection, methods, 'fromConnectMongo takes a collection of the MongoDB driver');
  checkOld<FromConnectMongoOptions>(options, 'fromConnectMongo', {
    transformId: aFunction,
    unserialize: aFunction,
  });
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
    // No upsert: it must not create a session.
    touch: (id, leftMS) =>
      collection.updateOne(filter(id), { $set: { expires: new Date(Date.now() + leftMS) } }),
  };
}

function plain(stored: unknown): object {
  return (typeof stored === 'string' ? JSON.parse(stored) : stored) as object;
}
