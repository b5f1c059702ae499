import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import express from 'express';
import session from 'express-session';
import Fastify from 'fastify';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { served } from '../../support/served.ts';
import { freePort } from '../../../scripts/servers/support/free-port.mjs';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { FastifySessionStore } from '../../../src/store/frameworks/fastify-session/index.ts';
import {
  type LogIn,
  memoryBackend,
  type SessionBackend,
  type SessionStore,
  sessionStore,
} from '../../../src/store/index.ts';
import { redisBackend } from '../../../src/store/redis/index.ts';

/*
 * How the frameworks answer by themselves a request that fails with an error of the store. The user is logged out everywhere while
 * the password is checked.
 */

const secret = 'a secret of the tests that has 32 characters';

async function keptOut(
  sessions: SessionStore<object>,
  logIn: (login: LogIn) => Promise<void>,
): Promise<void> {
  const login = await sessions.beginLogIn('anna');
  await sessions.destroyAll('anna');
  await logIn(login);
}

async function overExpress(sessions: SessionStore<object>): Promise<string> {
  const store = new ExpressSessionStore(sessions);
  const app = express();
  app.set('env', 'test'); // the default handler logs otherwise
  app.use(session({ store, secret, genid: store.idGenerator, resave: false, saveUninitialized: false }));
  app.post('/log-in', (req, res, next) => {
    keptOut(sessions, login => store.logIn(req, 'anna', { login })).then(() => res.json('welcome'), next);
  });
  return served(app);
}

async function overFastify(sessions: SessionStore<object>): Promise<string> {
  const store = new FastifySessionStore(sessions);
  const app = Fastify({ forceCloseConnections: true });
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    store,
    secret,
    idGenerator: store.idGenerator,
    saveUninitialized: false,
  });
  app.post('/log-in', request => keptOut(sessions, login => store.logIn(request, 'anna', { login })));
  onTestFinished(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

const frameworks = { Express: overExpress, Fastify: overFastify };
const names = Object.keys(frameworks) as (keyof typeof frameworks)[];
const keys = { tag: [secret] };

async function statusOf(name: keyof typeof frameworks, backend: SessionBackend): Promise<number> {
  const url = await frameworks[name](sessionStore(backend, { keys, timeoutMS: 500 }));
  return (await fetch(`${url}/log-in`, { method: 'POST' })).status;
}

test.each(names)('%s answers 401 to a log-in that a log-out everywhere keeps out', async name => {
  expect(await statusOf(name, memoryBackend())).toBe(401);
});

test.each(names)('%s answers 503 when the store cannot be reached', async name => {
  const client = createClient({ url: `redis://127.0.0.1:${await freePort()}` });
  client.on('error', () => {});
  const connecting = client.connect().catch(() => {});
  onTestFinished(async () => {
    client.destroy();
    await connecting;
  });
  expect(await statusOf(name, redisBackend(client))).toBe(503);
});
