import type { TestProject } from 'vitest/node';
import { dynamoJars } from '../../scripts/servers/dynamodb/jars.mjs';
import { startDynamoDB } from '../../scripts/servers/dynamodb/dynamodb.mjs';
import { startReplicaSet } from '../../scripts/servers/mongodb/replica-set.mjs';
import { startStandalone } from '../../scripts/servers/mongodb/standalone.mjs';
import { startPostgres } from '../../scripts/servers/postgres/postgres.mjs';
import { startRedisCluster } from '../../scripts/servers/redis/redis-cluster.mjs';
import { startRedis } from '../../scripts/servers/redis/redis.mjs';
import { processWide } from '../../src/platform/process-wide.ts';
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

interface Servers {
  readonly replicaSetUri: string;
  readonly standaloneUri: string;
  readonly serverDesk: string;
  readonly stop: () => Promise<void>;
}

/** Each project of a run loads this file anew: they share the servers. */
const run = processWide('test-servers', (): { users: number; started: Promise<Servers> | undefined } => ({
  users: 0,
  started: undefined,
}));

/** One of each kind for the whole run; a test file that freezes or kills a server starts its own. */
export default async function globalServers(project: TestProject): Promise<() => Promise<void>> {
  run.users += 1;
  run.started ??= startServers();
  const { stop, ...addresses } = await run.started;
  project.provide('replicaSetUri', addresses.replicaSetUri);
  project.provide('standaloneUri', addresses.standaloneUri);
  project.provide('serverDesk', addresses.serverDesk);
  return async () => {
    run.users -= 1;
    if (run.users > 0) return;
    run.started = undefined;
    await stop();
  };
}

async function startServers(): Promise<Servers> {
  const replicaSet = from('SESSION_GUARD_TEST_URI', startReplicaSet, ({ uri }) => uri);
  const standalone = from('SESSION_GUARD_TEST_STANDALONE_URI', startStandalone, ({ uri }) => uri);
  const servers = await Promise.all([replicaSet(), standalone(), fetchedBefore()]);
  const desk = await openServerDesk(LATER);
  return {
    replicaSetUri: servers[0].address,
    standaloneUri: servers[1].address,
    serverDesk: desk.url,
    stop: async () => {
      await Promise.all([servers[0].stop(), servers[1].stop(), desk.close()]);
    },
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
