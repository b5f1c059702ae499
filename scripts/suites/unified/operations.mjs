// @ts-check
import assert from 'node:assert/strict';

/** @typedef {import('./run-test.mjs').Entities} Entities */

/**
 * The operations of the tests, by the driver's API. `options` has the session and all that is not taken out.
 * @type {Readonly<Record<string, (object: any, args: any) => unknown>>}
 */
const operations = {
  aggregate: (on, { pipeline, ...options }) => on.aggregate(pipeline, options).toArray(),
  createCollection: (on, { collection, ...options }) => on.createCollection(collection, options),
  createIndex: (on, { keys, ...options }) => on.createIndex(keys, options),
  createSearchIndex: (on, { model }) => on.createSearchIndex(model),
  deleteMany: (on, { filter, ...options }) => on.deleteMany(filter, options),
  distinct: (on, { fieldName, filter, ...options }) => on.distinct(fieldName, filter, options),
  dropCollection: (on, { collection, ...options }) => on.dropCollection(collection, options),
  dropIndexes: (on, options) => on.dropIndexes(options),
  dropSearchIndex: (on, { name }) => on.dropSearchIndex(name),
  estimatedDocumentCount: (on, options) => on.estimatedDocumentCount(options),
  find: (on, { filter, ...options }) => on.find(filter, options).toArray(),
  findOneAndUpdate: (on, { filter, update, ...options }) => on.findOneAndUpdate(filter, update, options),
  insertOne: (on, { document, ...options }) => on.insertOne(document, options),
  listCollections: (on, { filter, ...options }) => on.listCollections(filter, options).toArray(),
  listDatabases: on => on.db().admin().listDatabases(),
  listIndexes: on => on.listIndexes().toArray(),
  updateOne: (on, { filter, update, ...options }) => on.updateOne(filter, update, options),
  updateSearchIndex: (on, { name, definition }) => on.updateSearchIndex(name, definition),
  startTransaction: (on, options) => on.startTransaction(options),
  commitTransaction: on => on.commitTransaction(),
  abortTransaction: on => on.abortTransaction(),
};

/**
 * @param {Entities} entities
 * @param {any} operation
 * @returns {Promise<void>}
 */
export async function runOperation(entities, { name, object, arguments: given = {}, expectError }) {
  const call = () => perform(entities, name, object, given);
  if (expectError === undefined) {
    await call();
    return;
  }
  const { errorContains } = expectError;
  await assert.rejects(call, error => error instanceof Error && error.message.includes(errorContains ?? ''));
}

/**
 * @param {Entities} entities
 * @param {string} name
 * @param {string} object
 * @param {any} given
 * @returns {Promise<unknown>}
 */
async function perform(entities, name, object, given) {
  if (name === 'failPoint') return entities.get(given.client).db('admin').command(given.failPoint);
  const on = entities.get(object);
  if (on === undefined) throw new Error(`There is no entity ${object}.`);
  if (name === 'withTransaction') {
    return on.withTransaction(async () => {
      for (const operation of given.callback) await runOperation(entities, operation);
    });
  }
  const operation = operations[name];
  if (operation === undefined) throw new Error(`The runner does not know the operation ${name}.`);
  const args = given.session === undefined ? given : { ...given, session: entities.get(given.session) };
  return operation(on, args);
}
