import { setUpFailed } from '../../errors.ts';
import type { MongoCollection } from '../server/collection.ts';

/** For mongosh. */
export function setUpCommands(collection: MongoCollection): string {
  return Object.values(indexes)
    .map(index => {
      const { key, ...options } = index;
      return `${shellName(collection)}.createIndex(${JSON.stringify(key)}, ${JSON.stringify(options)});`;
    })
    .join('\n');
}

/** The collection in the syntax of mongosh. */
export function shellName({ dbName, collectionName }: MongoCollection): string {
  return `db.getSiblingDB(${JSON.stringify(dbName)}).getCollection(${JSON.stringify(collectionName)})`;
}

/** Existing indexes are found by their keys; the names are used for new indexes. */
export const indexes = {
  /** Only cleans up; it never decides whether a session has expired. */
  expiry: { key: { e: 1 }, name: 'session_guard_expiry', expireAfterSeconds: 0 },
  /** The sessions of a user. It does not contain the expiry, because a scan of an index misses entries that a refresh moves. */
  user: { key: { t: 1, u: 1 }, name: 'session_guard_user' },
} as const;

/** An index as `listIndexes` returns it. */
export interface FoundIndex {
  readonly name?: string;
  readonly key?: object;
  readonly expireAfterSeconds?: number;
  readonly partialFilterExpression?: object;
  readonly sparse?: boolean;
  readonly unique?: boolean;
  readonly collation?: object;
}

type OwnIndex = (typeof indexes)[keyof typeof indexes];

/** The indexes that have to be created. */
export function lacking(found: readonly FoundIndex[]): OwnIndex[] {
  return Object.values(indexes).filter(wanted => !found.some(index => hasKeyOf(index, wanted)));
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP that says how to fix it */
export function checkIndexes(collection: MongoCollection, found: readonly FoundIndex[]): void {
  for (const index of found) {
    if (hasKeyOf(index, { key: { _id: 1 } }) && index.collation !== undefined) throw collated(collection);
    if (hasKeyOf(index, indexes.expiry)) checkExpiry(collection, index);
    else if (index.expireAfterSeconds !== undefined) throw foreignTTL(collection, index);
    if (hasKeyOf(index, indexes.user)) checkUser(collection, index);
  }
}

function hasKeyOf({ key }: FoundIndex, wanted: { readonly key: object }): boolean {
  return JSON.stringify(key) === JSON.stringify(wanted.key);
}

function checkExpiry(collection: MongoCollection, index: FoundIndex): void {
  const { expireAfterSeconds, partialFilterExpression } = index;
  if (partialFilterExpression !== undefined) throw notOurs(collection, index, 'covers only some documents');
  if (expireAfterSeconds === undefined) throw notOurs(collection, index, 'has no expireAfterSeconds');
  if (expireAfterSeconds !== 0)
    throw notOurs(collection, index, `has expireAfterSeconds ${expireAfterSeconds} instead of 0`);
}

function checkUser(collection: MongoCollection, index: FoundIndex): void {
  const { partialFilterExpression, sparse, unique, collation } = index;
  if (unique === true) throw notOurs(collection, index, 'is unique, so a user could have only one session');
  if (partialFilterExpression !== undefined || sparse === true)
    throw notOurs(collection, index, 'covers only some documents');
  if (collation !== undefined)
    throw notOurs(collection, index, 'has a collation, so the store cannot use it');
}

function notOurs(collection: MongoCollection, { name, key }: FoundIndex, why: string): Error {
  const quoted = JSON.stringify(name);
  return setUpFailed(
    `The index ${quoted} on ${JSON.stringify(key)} of ${nameOf(collection)} ${why}. Drop it, and the set-up makes the right one: ${shellName(collection)}.dropIndex(${quoted});`,
  );
}

/** A TTL index on another field would end sessions before their time. */
function foreignTTL(collection: MongoCollection, { name, key }: FoundIndex): Error {
  const quoted = JSON.stringify(name);
  return setUpFailed(
    `The TTL index ${quoted} on ${JSON.stringify(key)} of ${nameOf(collection)} would remove sessions at another time than that of their end. Drop it: ${shellName(collection)}.dropIndex(${quoted});`,
  );
}

function collated(collection: MongoCollection): Error {
  return setUpFailed(
    `The collection ${nameOf(collection)} has a collation, by which users whose names differ could be taken for the same one. Give the sessions a collection without a collation.`,
  );
}

function nameOf({ dbName, collectionName }: MongoCollection): string {
  return `${dbName}.${collectionName}`;
}
