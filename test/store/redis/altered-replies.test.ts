import { randomUUID } from 'node:crypto';
import { Command } from 'ioredis';
import { createClient, RESP_TYPES } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { startRedisPair } from '../../../scripts/servers/redis/redis-pair.mjs';
import { redisUrl } from '../../setup/servers.ts';
import { type Connected, ioredis } from './support/clients.ts';
import { open } from './support/fixture.ts';

/** For all clients of ioredis in the process, until the test is over. */
function alter(command: string, alterReply: (reply: unknown) => unknown): void {
  Command.setReplyTransformer(command, alterReply);
  onTestFinished(() => Command.setReplyTransformer(command, reply => reply));
}

test.each([
  ['an object instead of a list', (reply: unknown) => ({ ...(reply as object) })],
  ['a shorter list', (reply: unknown) => (reply as unknown[]).slice(1)],
  ['nothing at all', () => undefined],
])(
  'Where a client makes %s of what MGET answers, reads fail: no session is taken for ended.',
  async (_, made) => {
    const redis = { keyPrefix: `altered:${randomUUID()}:` };
    const { store } = await open(ioredis(await redisUrl()), { redis });
    const sessions = await Promise.all([store.create({}), store.create({})]);
    alter('MGET', made);
    const reads = await Promise.allSettled(sessions.map(({ id }) => store.get(id)));
    for (const read of reads)
      expect(read).toMatchObject({ reason: { code: 'ERR_SESSION_GUARD_STORE_UNREADABLE' } });
  },
);

test.each([
  ['string', 'GET', 'GETRANGE'],
  ['hash', 'HGETALL', 'HGET'],
] as const)(
  'Where a client alters what it reads of a session with the layout %s, reading and listing fail.',
  async (layout, reading, listing) => {
    const redis = { keyPrefix: `altered:${randomUUID()}:`, layout };
    const { store } = await open(ioredis(await redisUrl()), { redis });
    const { id } = await store.create({}, { user: 'ann' });
    alter(reading, () => undefined);
    alter(listing, () => 1);
    await expect(store.get(id)).rejects.toMatchObject({ code: 'ERR_SESSION_GUARD_STORE_UNREADABLE' });
    await expect(store.list('ann')).rejects.toMatchObject({ code: 'ERR_SESSION_GUARD_STORE_UNREADABLE' });
  },
);

async function clientOfBuffers(url: string): Promise<Connected> {
  const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String };
  const client = createClient({ url, RESP: 3, commandOptions: { typeMapping } });
  // The server ends before it.
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
}

test.each(['string', 'hash'] as const)(
  'The layout %s is read and written with a client of node-redis that makes buffers of texts, also where writes wait for replicas.',
  async layout => {
    await using pair = await startRedisPair();
    for (const durability of ['local', 'replicated'] as const) {
      const redis = { durability, layout, replicasTimeoutMS: 8000 };
      const { store } = await open(clientOfBuffers(pair.master.url), { timeoutMS: 60_000, redis });
      const session = await store.create({ a: 'ä' }, { user: 'ann' });
      expect(await store.patch(session, { b: 2 })).toMatchObject({ data: { a: 'ä', b: 2 } });
      expect(await store.patch(session, { c: 3 })).toMatchObject({ data: { a: 'ä', b: 2, c: 3 } });
      expect(await store.destroyAll('ann')).toBe(1);
    }
  },
);
