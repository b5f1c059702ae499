// @ts-nocheck: the tests that this serves have no types, and the build may not be there yet.
const { memoryBackend, sessionStore } = require('../../../dist/store.cjs');

const keys = { tag: ['a secret of the tests that has 32 bytes or more'] };
let stores = 0;

/** A store that nobody else shares, as the tests expect of a MemoryStore. */
exports.sessions = () => {
  stores += 1;
  const own = `suite_${process.pid}_${stores}`;
  return sessionStore(backend(process.env['SUITE_BACKEND'] ?? 'memory', own), { keys, timeoutMS: 5000 });
};

/**
 * @param {string} name
 * @param {string} own
 */
function backend(name, own) {
  if (name === 'redis') return redis(own);
  if (name === 'mongodb') return mongodb(own);
  if (name === 'dynamodb') return dynamodb(own);
  return memoryBackend();
}

/** @type {unknown} */
let client;

/** @param {string} own */
function redis(own) {
  const { redisBackend } = require('../../../dist/store-redis.cjs');
  return redisBackend(globalThis.redisOfSuites, { keyPrefix: `${own}:` });
}

/** @param {string} own */
function mongodb(own) {
  const { MongoClient } = require('mongodb');
  const { mongoBackend } = require('../../../dist/store-mongodb.cjs');
  client ??= new MongoClient(String(process.env['MONGODB_URI']));
  return mongoBackend(client.db('suites').collection(own));
}

/** @param {string} own */
function dynamodb(own) {
  const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
  const { dynamoBackend } = require('../../../dist/store-dynamodb.cjs');
  const endpoint = String(process.env['DYNAMODB_ENDPOINT']);
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  client ??= new DynamoDBClient({ endpoint, region: 'local', credentials });
  return dynamoBackend(client, { table: own });
}
