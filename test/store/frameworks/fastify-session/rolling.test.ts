import { randomBytes } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import Fastify, { type FastifyRequest } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { FastifySessionStore } from '../../../../src/store/frameworks/fastify-session/index.ts';
import { memoryBackend, sessionStore } from '../../../../src/store/index.ts';

const minute = 60_000;
const routes = {
  '/start': async ({ session }: FastifyRequest) => {
    Object.assign(session, { started: true });
    return 'null';
  },
  '/': async ({ session }: FastifyRequest) => JSON.stringify('started' in session),
};

test.each([
  ['stays with `rolling: false` and a cookie of the browser', {}, true],
  ['ends with `rolling: false` at the `maxAge` of the cookie', { maxAge: 30 * minute }, false],
])('a session that is only read, every 6 minutes, %s', async (_what, cookie, stays) => {
  let now = Date.now();
  const sessions = sessionStore<object>(memoryBackend({ now: () => now }), {
    keys: { tag: [randomBytes(32)] },
  });
  const store = new FastifySessionStore(sessions);
  const app = Fastify();
  onTestFinished(() => app.close());
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    store,
    secret: 'a secret of the tests that has 32 characters',
    rolling: false,
    saveUninitialized: false,
    cookie: { secure: false, ...cookie },
  });
  for (const [path, answer] of Object.entries(routes)) app.get(path, answer);
  const started = await app.inject('/start');
  const headers = { cookie: String(started.headers['set-cookie']).split(';')[0] ?? '' };
  const seen: unknown[] = [];
  for (let visit = 0; visit < 10; visit += 1) {
    now += 6 * minute;
    seen.push((await app.inject({ url: '/', headers })).json());
  }
  expect(seen.slice(0, 4)).toEqual([true, true, true, true]);
  expect(seen.at(-1)).toBe(stays);
});
