import { randomUUID } from 'node:crypto';
import { afterAll, describe, test } from 'vitest';
import { redisBackend } from '../../../src/store/redis/index.ts';
import { sessionStoreContract } from '../../../src/testing/store/index.ts';
import { contractTimeoutMS, raceCount } from '../../support/race-count.ts';
import { type Connected, everyClient } from './support/clients.ts';

/** The races are between scripts on the server; the other clients only have to bring them there. */
const races: Readonly<Record<string, number>> = { 'node-redis': raceCount(50) };

/** Each layout with one client of each kind, and on a cluster. */
const layouts: Readonly<Record<string, 'hash'>> = {
  ioredis: 'hash',
  'a cluster by node-redis': 'hash',
};

describe.each(Object.entries(everyClient))('the contract of stores on Redis with %s', (name, connect) => {
  const open: Connected[] = [];
  const keyPrefix = `contract:${randomUUID()}:`;
  afterAll(() => {
    for (const { close } of open) close();
  });

  async function backend() {
    const connected = await connect();
    open.push(connected);
    return redisBackend(connected.client, { keyPrefix, layout: layouts[name] ?? 'string' });
  }

  const isCluster = name.startsWith('a cluster');
  const cases = sessionStoreContract({
    backend,
    races: races[name] ?? raceCount(10),
    ...(!isCluster && { age: async ms => open[0]?.age?.(keyPrefix, ms) }),
  });
  for (const { title, run } of cases) test(title, run, contractTimeoutMS);
});
