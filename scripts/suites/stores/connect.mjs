// @ts-check
// Runs before a suite: its tests do not wait for the client of their store.
import { createClient } from 'redis';

if (process.env['SUITE_BACKEND'] === 'redis') {
  const client = createClient({ url: String(process.env['REDIS_URL']) });
  client.on('error', error => console.error(error));
  Object.assign(globalThis, { redisOfSuites: await client.connect() });
  client.unref();
}
