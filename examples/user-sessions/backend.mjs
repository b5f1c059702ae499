// @ts-check

/** @typedef {{ backend: import('session-guard/store').SessionBackend, close: () => Promise<unknown> }} Open */

/**
 * Only the client that is used is loaded.
 *
 * @param {string} name
 * @returns {Promise<Open>}
 */
export function openBackend(name) {
  if (name === 'redis') return redis();
  if (name === 'mongodb') return mongodb();
  if (name === 'dynamodb') return dynamodb();
  if (name === 'memory') return memory();
  throw new Error(`SESSIONS is 'memory', 'redis', 'mongodb' or 'dynamodb', not '${name}'.`);
}

/** @returns {Promise<Open>} */
async function memory() {
  const { memoryBackend } = await import('session-guard/store');
  return { backend: memoryBackend(), close: async () => {} };
}

/** @returns {Promise<Open>} */
async function redis() {
  const { createClient } = await import('redis');
  const { redisBackend } = await import('session-guard/store/redis');
  const client = createClient({ url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' });
  client.on('error', error => console.error(error));
  await client.connect();
  return { backend: redisBackend(client), close: () => client.close() };
}

/** @returns {Promise<Open>} */
async function mongodb() {
  const { MongoClient } = await import('mongodb');
  const { mongoBackend } = await import('session-guard/store/mongodb');
  const client = new MongoClient(process.env['MONGODB_URI'] ?? 'mongodb://127.0.0.1:27017/shop');
  return { backend: mongoBackend(client.db().collection('sessions')), close: () => client.close() };
}

/** @returns {Promise<Open>} */
async function dynamodb() {
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { dynamoBackend } = await import('session-guard/store/dynamodb');
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  const client = new DynamoDBClient(endpoint === undefined ? {} : { endpoint });
  return { backend: dynamoBackend(client, { table: 'sessions' }), close: async () => client.destroy() };
}
