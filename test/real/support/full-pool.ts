import type { MongoClient } from 'mongodb';
import { expect } from 'vitest';

/** Connects a client whose `minPoolSize` this is: who needs a connection then need not wait until one is opened. */
export async function withFullPool(client: MongoClient, size: number): Promise<MongoClient> {
  let ready = 0;
  client.on('connectionReady', () => (ready += 1));
  await client.connect();
  await expect.poll(() => ready, { interval: 5 }).toBeGreaterThanOrEqual(size);
  return client;
}
