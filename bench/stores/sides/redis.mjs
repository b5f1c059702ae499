// @ts-check
import { randomUUID } from 'node:crypto';
import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import { redisBackend } from 'session-guard/store/redis';
import { ours } from '../ours.mjs';
import { peer, peerUnderFastify } from '../peer.mjs';
import { cookieSession } from '../session-data.mjs';

const ttlSeconds = 1800;

/** @param {string} url */
export async function openRedis(url) {
  const client = createClient({ url });
  await client.connect();
  return {
    floors: {
      read: raw(client, id => client.get(id)),
      refresh: raw(client, id => client.getEx(id, { type: 'EX', value: ttlSeconds })),
    },
    sides: {
      ours: ours(redisBackend(client, { keyPrefix: 'a:' }), { coalesce: false }),
      'ours coalesced': ours(redisBackend(client, { keyPrefix: 'b:' }), { coalesce: true }),
      'ours as a hash': ours(redisBackend(client, { keyPrefix: 'd:', layout: 'hash' }), { coalesce: true }),
      'ours encrypted': ours(redisBackend(client, { keyPrefix: 'c:' }), { coalesce: false, encrypt: true }),
      'connect-redis': peer(new RedisStore({ client })),
      'connect-redis under Fastify': peerUnderFastify(new RedisStore({ client, prefix: 'fastify:' })),
    },
    close: async () => client.destroy(),
  };
}

/**
 * The least that a session can cost.
 *
 * @param {Pick<ReturnType<typeof createClient>, 'set' | 'del'>} client
 * @param {(id: string) => Promise<unknown>} read
 * @returns {import('../measure.mjs').Side}
 */
function raw(client, read) {
  const options = { expiration: { type: /** @type {const} */ ('EX'), value: ttlSeconds } };
  return {
    async create(bytes) {
      const id = `raw:${randomUUID()}`;
      await client.set(id, JSON.stringify(cookieSession(bytes)), options);
      return id;
    },
    async read(id) {
      JSON.parse(String(await read(id)));
    },
    async write(id, bytes, count) {
      await client.set(
        id,
        JSON.stringify({ ...cookieSession(bytes), csrf: `changed-${count}`, seen: count }),
        options,
      );
    },
    async destroy(id) {
      await client.del(id);
    },
  };
}
