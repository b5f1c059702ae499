// @ts-check
import { randomBytes } from 'node:crypto';
import { sessionStore } from 'session-guard/store';
import { createApp } from './app.mjs';
import { openBackend } from './backend.mjs';

const {
  SESSIONS = 'memory',
  PORT = '3000',
  SECURE,
  STORE_TIMEOUT_MS = '2000',
  SESSION_TAG_KEY,
  COOKIE_SECRET,
} = process.env;

const { backend, close } = await openBackend(SESSIONS);
const sessions = sessionStore(backend, {
  keys: { tag: [SESSION_TAG_KEY ?? randomBytes(32)] },
  maxPerUser: 10,
  timeoutMS: Number(STORE_TIMEOUT_MS),
});
await sessions.setUp(); // a server that is not there is told now

const app = createApp(sessions, {
  secret: COOKIE_SECRET ?? randomBytes(32).toString('base64'),
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
