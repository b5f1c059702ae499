import type { TestProject } from 'vitest/node';
import { dynamoJars } from '../../scripts/servers/dynamodb/jars.mjs';
import { startDynamoDB } from '../../scripts/servers/dynamodb/dynamodb.mjs';
import { startReplicaSet } from '../../scripts/servers/mongodb/replica-set.mjs';
import { startStandalone } from '../../scripts/servers/mongodb/standalone.mjs';
import { startPostgres } from '../../scripts/servers/postgres/postgres.mjs';
import { startRedisCluster } from '../../scripts/servers/redis/redis-cluster.mjs';
import { startRedis } from '../../scripts/servers/redis/redis.mjs';
import { openServerDesk, type Shared } from './server-desk.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly replicaSetUri: string;
    readonly standaloneUri: string;
    readonly serverDesk: string;
  }
}

/** Started when the first test file asks for them. */
const LATER = {
  redis: from('SESSION_GUARD_TEST_REDIS_URL', startRedis, ({ url }) => url),
  'redis-cluster': from('SESSION_GUARD_TEST_REDIS_CLUSTER', startRedisCluster, ({ nodes }) =>
    nodes.map(({ host, port }) => `${host}:${port}`).join(','),
  ),
  dynamodb: from('SESSION_GUARD_TEST_DYNAMODB_ENDPOINT', startDynamoDB, ({ endpoint }) => endpoint),
  postgres: from(
    'SESSION_GUARD_TEST_POSTGRES_URL',
    startPostgres,
    ({ connectionString }) => connectionString,
  ),
};

/** One of each kind for the whole run; a test file that freezes or kills a server starts its own. */
export default async function globalServers(project: TestProject): Promise<() => Promise<void>> {
  const replicaSet = from('SESSION_GUARD_TEST_URI', startReplicaSet, ({ uri }) => uri);
  const standalone = from('SESSION_GUARD_TEST_STANDALONE_URI', startStandalone, ({ uri }) => uri);
  const servers = await Promise.all([replicaSet(), standalone(), fetchedBefore()]);
  const desk = await openServerDesk(LATER);
  project.provide('replicaSetUri', servers[0].address);
  project.provide('standaloneUri', servers[1].address);
  project.provide('serverDesk', desk.url);
  return async () => {
    await Promise.all([servers[0].stop(), servers[1].stop(), desk.close()]);
  };
}

/** The server that `variable` names, which somebody else runs and ends, or one of our own. */
function from<T extends Pick<Shared, 'stop'>>(
  variable: string,
  start: () => Promise<T>,
  addressOf: (server: T) => string,
): () => Promise<Shared> {
  return async () => {
    const given = process.env[variable];
    if (given) return { address: given, stop: async () => {} };
    const server = await start();
    return { address: addressOf(server), stop: () => server.stop() };
  };
}

/**
 * Once on a machine, and longer than a test file waits. Where it does not succeed, the first test file that asks
 * for DynamoDB is told why, and all others run.
 */
async function fetchedBefore(): Promise<void> {
  if (process.env['SESSION_GUARD_TEST_DYNAMODB_ENDPOINT']) return;
  await dynamoJars().catch(() => {});
}
