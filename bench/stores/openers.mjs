// @ts-check

import { serverCPU } from './server-cpu.mjs';

/**
 * @typedef {object} Opened
 * @property {Record<'read' | 'refresh', import('./measure.mjs').Side>} floors
 * @property {Record<string, import('./measure.mjs').Side>} sides
 * @property {() => Promise<void>} close
 */

/**
 * Only the client of the back end that is measured is loaded.
 *
 * @param {string} backend
 * @returns {Promise<Opened>}
 */
export async function open(backend) {
  if (backend === 'redis') return (await import('./sides/redis.mjs')).openRedis(address('REDIS_URL'));
  if (backend === 'mongodb') return (await import('./sides/mongodb.mjs')).openMongoDB(address('MONGODB_URI'));
  if (backend === 'dynamodb')
    return (await import('./sides/dynamodb.mjs')).openDynamoDB(address('DYNAMODB_ENDPOINT'));
  throw new Error(`There is no back end ${backend}.`);
}

const variables = { redis: 'REDIS_URL', mongodb: 'MONGODB_URI', dynamodb: 'DYNAMODB_ENDPOINT' };

/** Of the back end's server. @param {string} backend @returns {() => number} */
export function cpuOfServer(backend) {
  const name = Object.entries(variables).find(([kind]) => kind === backend)?.[1] ?? '';
  const [, port = ''] = /:(\d+)/.exec(address(name).replace(/^.*\/\//, '')) ?? [];
  return serverCPU(Number(port));
}

/** @param {string} variable */
function address(variable) {
  const value = process.env[variable];
  if (value === undefined)
    throw new Error(`${variable} is not set: npm run bench:stores starts the servers.`);
  return value;
}
