// @ts-check
import { startDynamoDB } from '../dynamodb/dynamodb.mjs';
import { startReplicaSet } from '../mongodb/replica-set.mjs';
import { startPostgres } from '../postgres/postgres.mjs';
import { startRedis } from '../redis/redis.mjs';
import { stopAll, together } from './together.mjs';

/**
 * @typedef {object} Kind
 * @property {string} variable  of the environment, with the address of a server of this kind
 * @property {() => Promise<{ address: string, stop: () => Promise<void> }>} start
 */

/** @type {Readonly<Record<string, Kind>>} */
export const KINDS = {
  mongodb: {
    variable: 'MONGODB_URI',
    start: async () => {
      const { uri, stop } = await startReplicaSet();
      return { address: uri, stop };
    },
  },
  redis: {
    variable: 'REDIS_URL',
    start: async () => {
      const { url, stop } = await startRedis();
      return { address: url, stop };
    },
  },
  dynamodb: {
    variable: 'DYNAMODB_ENDPOINT',
    start: async () => {
      const { endpoint, stop } = await startDynamoDB();
      return { address: endpoint, stop };
    },
  },
  postgres: {
    variable: 'POSTGRES_URL',
    start: async () => {
      const { connectionString, stop } = await startPostgres();
      return { address: connectionString, stop };
    },
  },
};

/**
 * Servers of these kinds, and the variables that name them. A kind whose variable is set already is left alone.
 *
 * @param {readonly Kind[]} kinds
 * @returns {Promise<import('./run-program.mjs').Surroundings>}
 */
export async function surroundingsOf(kinds) {
  const wanted = kinds.filter(({ variable }) => !process.env[variable]);
  const servers = await together(wanted.map(({ start }) => start()));
  const env = Object.fromEntries(
    wanted.map(({ variable }, index) => [variable, servers[index]?.address ?? '']),
  );
  return { env, stop: () => stopAll(servers) };
}
