import type { MongoCollection } from '../server/collection.ts';
import { indexes } from './indexes.ts';

/** For mongosh. */
export function setUpCommands(collection: MongoCollection): string {
  return Object.values(indexes)
    .map(index => {
      const { key, ...options } = index;
      return `${shellName(collection)}.createIndex(${JSON.stringify(key)}, ${JSON.stringify(options)});`;
    })
    .join('\n');
}

/** The collection, as mongosh calls it. */
export function shellName({ dbName, collectionName }: MongoCollection): string {
  return `db.getSiblingDB(${JSON.stringify(dbName)}).getCollection(${JSON.stringify(collectionName)})`;
}
