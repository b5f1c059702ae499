// @ts-check
import assert from 'node:assert/strict';
import { ConnectionManager } from 'session-guard';
import { setTracing } from 'session-guard/otel';
import { runOperation } from './operations.mjs';

/**
 * What a test of the unified test format needs.
 * @typedef {object} Setting
 * @property {typeof import('mongodb')} driver
 * @property {import('mongodb').MongoClient} internal  for initial data and outcomes
 * @property {string} uri
 * @property {any} file
 * @property {any} test
 */

/** @typedef {Map<string, any>} Entities */

/**
 * @param {Setting} setting
 * @param {{ start(): void, check(entities: Entities): void }} hooks  before the first operation, and after the last
 * @returns {Promise<number>} how many operations it had
 */
export async function runTest({ driver, internal, uri, file, test }, hooks) {
  await prepare(internal, file.initialData ?? []);
  /** @type {Entities} */
  const entities = new Map();
  try {
    for (const entity of file.createEntities ?? []) create(driver, uri, entities, entity);
    hooks.start();
    for (const operation of test.operations) await runOperation(entities, operation);
    hooks.check(entities);
    for (const outcome of test.outcome ?? []) await checkOutcome(internal, outcome);
  } finally {
    await internal.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
    for (const entity of entities.values()) if (entity instanceof ConnectionManager) await entity.close();
  }
  return test.operations.length;
}

/**
 * @param {import('mongodb').MongoClient} client
 * @param {readonly any[]} initialData
 */
async function prepare(client, initialData) {
  const writeConcern = { w: /** @type {const} */ ('majority') };
  for (const { databaseName, collectionName, documents } of initialData) {
    const db = client.db(databaseName);
    await db.dropCollection(collectionName, { writeConcern }).catch(() => undefined);
    if (documents.length === 0) await db.createCollection(collectionName, { writeConcern });
    else await db.collection(collectionName).insertMany(documents, { writeConcern });
  }
}

/**
 * @param {typeof import('mongodb')} driver
 * @param {string} uri
 * @param {Entities} entities
 * @param {any} entity
 */
function create(driver, uri, entities, { client, database, collection, session }) {
  if (client !== undefined) {
    const made = new driver.MongoClient(uri, client.uriOptions);
    const { observeTracingMessages: observed } = client;
    if (observed !== undefined)
      setTracing(made, {
        enabled: true,
        queryTextMaxLength: observed.enableCommandPayload === true ? 10_000 : 0,
      });
    entities.set(client.id, ConnectionManager.adopt(made));
  } else if (database !== undefined) {
    entities.set(database.id, entities.get(database.client).db(database.databaseName));
  } else if (collection !== undefined) {
    entities.set(collection.id, entities.get(collection.database).collection(collection.collectionName));
  } else if (session !== undefined) {
    entities.set(session.id, entities.get(session.client).startSession());
  } else {
    throw new Error('The runner does not know this entity.');
  }
}

/**
 * @param {import('mongodb').MongoClient} client
 * @param {any} outcome
 */
async function checkOutcome(client, { databaseName, collectionName, documents }) {
  const collection = client.db(databaseName).collection(collectionName);
  const found = await collection
    .find({}, { readConcern: { level: 'local' } })
    .sort({ _id: 1 })
    .toArray();
  assert.deepEqual(found, documents);
}
