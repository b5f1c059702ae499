// @ts-check
import { sessionStore } from 'session-guard/store';
import { createApp } from './app.mjs';
import { openBackend } from './backend.mjs';

const { SESSIONS = 'memory', PORT = '3000', SECURE, STORE_TIMEOUT_MS = '2000' } = process.env;

const { backend, close } = await openBackend(SESSIONS);
const sessions = sessionStore(backend, {
  keys: { tag: [secretIn('SESSION_TAG_KEY')] },
  maxPerUser: 10,
  timeoutMS: Number(STORE_TIMEOUT_MS),
});
await sessions.setUp(); // fails now if there is no server

const app = createApp(sessions, {
  secret: secretIn('COOKIE_SECRET'),
  secure: SECURE === '1',
});
const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : address;
  console.log(`http://127.0.0.1:${port}`);
});

process.once('SIGTERM', () => {
  server.close(() => void close());
  server.closeAllConnections();
});

/**
 * A secret has no default: readers of this file would know it, and a secret made at each start would log everybody out.
 *
 * @param {string} name
 */
function secretIn(name) {
  const secret = process.env[name];
  if (secret === undefined) throw new Error(`Set ${name} to at least 32 random bytes.`);
  return secret;
}
