import { randomBytes } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import express from 'express';
import session from 'express-session';
import Fastify, { type FastifyRequest } from 'fastify';
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { served } from '../../support/served.ts';
import {
  expressSessions,
  type ExpressSessionsOptions,
} from '../../../src/store/frameworks/express-session/index.ts';
import { fastifySessions } from '../../../src/store/frameworks/fastify-session/index.ts';
import { keysFrom } from '../../../src/store/frameworks/start/keys-from-secret.ts';
import { memoryBackend, type SessionBackend } from '../../../src/store/index.ts';
import { redisUrl, replicaSetUri } from '../../setup/servers.ts';
import { Browser } from './support/browser.ts';
import { Redis } from '../redis/support/ioredis.ts';

const secret = 'a secret of the tests that has 32 bytes';

/** An application on what one call has made. */
const servers = {
  async 'express-session'(
    backend: SessionBackend,
    options: Pick<ExpressSessionsOptions, 'secret' | 'maxPerUser'>,
  ) {
    const made = expressSessions(backend, options);
    const app = express();
    app.use(session(made.options));
    const logIn = async (req: express.Request) =>
      made.store.logIn(req, 'ann', { login: await made.sessions.beginLogIn('ann') });
    app.get('/log-in', (req, res, next) => void logIn(req).then(() => res.json(null), next));
    app.get('/', (req, res) => res.json(made.store.handleOf(req) ?? null));
    const url = await served(app);
    return { ...made, url };
  },

  async '@fastify/session'(
    backend: SessionBackend,
    options: Pick<ExpressSessionsOptions, 'secret' | 'maxPerUser'>,
  ) {
    const made = fastifySessions(backend, options);
    const app = Fastify({ forceCloseConnections: true });
    await app.register(fastifyCookie);
    await app.register(fastifySession, made.options);
    const routes = {
      '/log-in': async (request: FastifyRequest) => {
        await made.store.logIn(request, 'ann', { login: await made.sessions.beginLogIn('ann') });
        return 'null';
      },
      '/': async (request: FastifyRequest) => JSON.stringify(made.store.handleOf(request) ?? null),
    };
    for (const [path, answer] of Object.entries(routes)) app.get(path, answer);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    return { ...made, url };
  },
};

describe.each(Object.keys(servers) as (keyof typeof servers)[])('%s by one call', framework => {
  const open = servers[framework];

  test('logs in, lists, and logs out everywhere', async () => {
    const { url, sessions } = await open(memoryBackend(), { secret });
    const browser = new Browser(url);
    const { setCookie } = await browser.get('/log-in');
    expect(setCookie).toMatch(/HttpOnly/);
    expect(setCookie).toMatch(/SameSite=Lax/);
    expect(setCookie).not.toMatch(/Secure/);
    const { body: handle } = await browser.get('/');
    expect((await sessions.list('ann')).map(one => one.handle)).toEqual([handle]);
    expect(await sessions.destroyAll('ann')).toBe(1);
    expect((await browser.get('/')).body).toBeNull();
  });

  test('takes the options of the store', async () => {
    const { url, sessions } = await open(memoryBackend(), { secret, maxPerUser: 1 });
    for (let log = 0; log < 3; log += 1) await new Browser(url).get('/log-in');
    expect(await sessions.list('ann')).toHaveLength(1);
  });

  test('a new secret that comes first keeps everybody logged in while the old one is there', async () => {
    const backend = memoryBackend();
    const newer = 'another secret of the tests, 32 bytes';
    const before = await open(backend, { secret });
    const browser = new Browser(before.url);
    await browser.get('/log-in');
    const { body: handle } = await browser.get('/');
    const after = await open(backend, { secret: [newer, secret] });
    expect((await new Browser(after.url, browser.cookie).get('/')).body).toBe(handle);
    expect(await after.sessions.destroyAll('ann')).toBe(1);
    const without = await open(backend, { secret: newer });
    expect((await new Browser(without.url, browser.cookie).get('/')).body).toBeNull();
  });

  test('cookies are for HTTPS alone in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { options } = await open(memoryBackend(), { secret });
    expect(options.cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'lax' });
  });
});

/** As an application has them: with the types of their packages, too. */
const made = {
  async 'node-redis'() {
    const client = createClient({ url: await redisUrl() });
    await client.connect();
    return { ...expressSessions(client, { secret }), close: async () => client.destroy() };
  },
  async ioredis() {
    const client = new Redis(await redisUrl());
    return { ...expressSessions(client, { secret }), close: async () => client.disconnect() };
  },
  async mongodb() {
    const client = new MongoClient(replicaSetUri());
    const db = client.db(`start_${randomBytes(6).toString('hex')}`);
    const close = async () => {
      await db.dropDatabase();
      await client.close();
    };
    return { ...expressSessions(db.collection('sessions'), { secret }), close };
  },
};

test.each(Object.entries(made))('a client of %s is taken as it is', async (_name, open) => {
  const { sessions, close } = await open();
  onTestFinished(close);
  const { id } = await sessions.create({ a: 1 });
  expect((await sessions.get(id))?.data).toEqual({ a: 1 });
  await sessions.destroy(id);
});

test('the keys that a secret gives never change', () => {
  const { tag, data, cookie } = keysFrom(secret, 'expressSessions');
  expect({
    tag: tag.map(key => key.toString('hex')),
    data: data.map(({ id, key }) => [id, Buffer.from(key).toString('hex')]),
    cookie,
  }).toMatchInlineSnapshot(`
    {
      "cookie": [
        "VeTqCdxWkV9XbnOTNJdp6h3g/TW8smG+UhZVYbr/vYM=",
      ],
      "data": [
        [
          "dLwbfPTs",
          "98ce4a7012fb592f7e2e4b21972f5fe956e15f2c103577c1027259fc2aec7357",
        ],
      ],
      "tag": [
        "5660f399c4b2791a2be2a790ac217405c1afdf8609c68f62e2aa75f33c7a37f6",
      ],
    }
  `);
});

test.each([
  [undefined, undefined, /takes first what the sessions are kept in/],
  ['redis://localhost', { secret }, /takes first what the sessions are kept in/],
  [{}, { secret }, /takes first what the sessions are kept in/],
  [memoryBackend(), undefined, /expressSessions needs options: expressSessions\(client, { secret:/],
  [memoryBackend(), {}, /expressSessions needs the option 'secret': at least 32 random bytes/],
  [memoryBackend(), { secret: [] }, /needs the option 'secret'/],
  [memoryBackend(), { secret: 'short' }, /secret of expressSessions has 5 bytes/],
  [memoryBackend(), { secret: [secret, 5] }, /secret\[1\] of expressSessions must be a string or bytes/],
  [
    memoryBackend(),
    { secret, keys: {} },
    /expressSessions has no option 'keys'. Its options: secret, cookie, idle/,
  ],
  [memoryBackend(), { secret, idleSeconds: 0 }, /The option 'idleSeconds' of expressSessions must be/],
  [memoryBackend(), { secret, userOf: 5 }, /The option 'userOf' of expressSessions must be a function/],
  [memoryBackend(), { secret, cookie: 5 }, /The option 'cookie' of expressSessions must be an object/],
  [
    memoryBackend(),
    { secret, cookie: { maxAge: 90 * 24 * 3600 * 1000 } },
    /'cookie.maxAge' of expressSessions is 7776000 s, and absoluteSeconds of the store 2592000/,
  ],
])('what cannot be is refused by the name of the call: %#', (storage, options, message) => {
  expect(() => expressSessions(storage as never, options as never)).toThrow(message);
});

test('a long `maxAge` is taken with as long an absolute end', () => {
  const days = 90 * 24 * 3600;
  const cookie = { maxAge: days * 1000 };
  const { options } = expressSessions(memoryBackend(), { secret, absoluteSeconds: days, cookie });
  expect(options.cookie).toMatchObject(cookie);
});
