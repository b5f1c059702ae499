import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { changeOf } from '../../../src/store/backend/change.ts';
import { loadedOf } from '../../../src/store/api/returned-session.ts';
import { redisBackend } from '../../../src/store/redis/index.ts';
import { redisUrl } from '../../setup/servers.ts';
import { nodeRedis } from './support/clients.ts';
import { open } from './support/fixture.ts';

/** The server's address for a user who may do all but some commands. */
async function urlWithout(...commands: readonly string[]): Promise<string> {
  const url = await redisUrl();
  const client = createClient({ url });
  await client.connect();
  const user = `user-${randomUUID()}`;
  const refused = commands.map(command => `-${command}`);
  await client.sendCommand(['ACL', 'SETUSER', user, 'on', '>secret', '~*', '+@all', ...refused]);
  onTestFinished(async () => {
    await client.sendCommand(['ACL', 'DELUSER', user]);
    client.destroy();
  });
  return url.replace('://', `://${user}:secret@`);
}

test.each([
  ['string', 'set'],
  ['string', 'append'],
  ['string', 'zadd'],
  ['hash', 'hset'],
  ['hash', 'pexpireat'],
] as const)(
  'Where the layout %s may not call %s, a rotation fails, and the session stays as it is.',
  async (layout, command) => {
    const redis = { keyPrefix: `refused:${randomUUID()}:`, layout };
    const { store: allowed } = await open(nodeRedis(await redisUrl()), { redis });
    const { store } = await open(nodeRedis(await urlWithout(command)), { redis, setUp: false });
    const data = { a: 'x'.repeat(10_000) };
    const session = await allowed.create(data, { user: 'ann' });
    await expect(store.rotate(session)).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    expect(await allowed.get(session.id)).toMatchObject({ data });
    expect(await allowed.patch(session, { b: 2 })).toMatchObject({ data: { ...data, b: 2 } });
  },
);

test('Where a hash may not be written, a session is not replaced, and stays as it is.', async () => {
  const redis = { keyPrefix: `refused:${randomUUID()}:`, layout: 'hash' } as const;
  const { store } = await open(nodeRedis(await redisUrl()), { redis });
  const session = await store.create({ a: 1 });
  const { client } = await open(nodeRedis(await urlWithout('hset')));
  const change = changeOf({ set: new Map([['b', '2']]), replace: true });
  const call = { signal: new AbortController().signal };
  const replaced = redisBackend(client, redis).write(loadedOf(session).key, change, call);
  await expect(replaced).rejects.toThrow(/can't run this command/);
  expect(await store.get(session.id)).toMatchObject({ data: { a: 1 } });
});
