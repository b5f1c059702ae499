import { createSentinel } from 'redis';
import { describe, expect, test, vi } from 'vitest';
import { startWithSentinel } from '../../../scripts/servers/redis/redis-sentinel.mjs';
import type { Connected } from './support/clients.ts';
import { open } from './support/fixture.ts';
import { Redis } from './support/ioredis.ts';

interface Place {
  readonly name: string;
  readonly sentinel: { readonly host: string; readonly port: number };
}

const kinds: Readonly<Record<string, (place: Place) => Promise<Connected>>> = {
  async 'createSentinel of node-redis'({ name, sentinel }) {
    const client = createSentinel({ name, sentinelRootNodes: [sentinel] });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => void client.destroy().catch(() => undefined) };
  },
  async 'createSentinel of node-redis that has connections to replicas'({ name, sentinel }) {
    const client = createSentinel({ name, sentinelRootNodes: [sentinel], replicaPoolSize: 1 });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => void client.destroy().catch(() => undefined) };
  },
  async 'Redis of ioredis'({ name, sentinel }) {
    const client = new Redis({ name, sentinels: [sentinel], lazyConnect: true });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.disconnect() };
  },
};

describe.each(Object.entries(kinds))('With a sentinel and %s', (_, connect) => {
  test('sessions are kept by the master, and after a failover by the next one.', async () => {
    await using servers = await startWithSentinel();
    const { name, sentinel, master } = servers;
    const place = { name, sentinel: { host: sentinel.host, port: sentinel.port } };
    const { store, patient } = await open(connect(place), {
      redis: { durability: 'replicated' },
      timeoutMS: 1500,
    });
    await vi.waitFor(() => store.setUp(), 60_000);
    const session = await patient.create({ a: 1 }, { user: 'ann' });
    const ended = await patient.create({ a: 2 }, { user: 'ann' });
    expect(await patient.patch(session, { b: 2 })).toMatchObject({ data: { a: 1, b: 2 } });
    expect(await patient.destroy(ended.id)).toBe(true);
    expect(await Promise.all([patient.get(session.id), patient.get(ended.id)])).toMatchObject([
      { data: { a: 1, b: 2 } },
      null,
    ]);
    await master.kill();
    const found = async () => expect(await store.get(session.id)).toMatchObject({ data: { b: 2 } });
    await vi.waitFor(found, { timeout: 120_000, interval: 200 });
    expect(await patient.get(ended.id)).toBeNull();
    expect(await patient.list('ann')).toHaveLength(1);
    // No replica is left, so that what waits for one is not known to be kept.
    await expect(store.destroyAll('ann')).rejects.toMatchObject({ outcome: 'unknown' });
  });
});
