import { promisify } from 'node:util';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import session from 'express-session';
import Fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { StoreUnavailableError } from '../../../src/store/errors.ts';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { FastifySessionStore } from '../../../src/store/frameworks/fastify-session/index.ts';
import { altered, storeOn } from '../support/altered.ts';
import { Browser } from './support/browser.ts';
import { type Framework, frameworks } from './support/ground.ts';
import { minute, routes } from './support/renewal-routes.ts';

/** A clock that a test moves. */
function settable() {
  let now = Date.now();
  return { now: () => now, pass: (ms: number) => void (now += ms) };
}

describe.each([ExpressSessionStore, FastifySessionStore])('%o', Store => {
  const store = new Store(storeOn(altered(() => ({}))));

  test.each([
    [{}, 'afterSeconds'],
    [{ afterSeconds: 0 }, 'afterSeconds'],
    [{ afterSeconds: Number.NaN }, 'afterSeconds'],
    [{ afterSeconds: 1e9 }, 'afterSeconds'],
    [{ afterSeconds: 900, graceSeconds: 0 }, 'graceSeconds'],
    [{ afterSeconds: 900, grace: 1 }, "no option 'grace'"],
    [undefined, 'must be an object'],
  ])('renewIds refuses %j', (options, message) => {
    expect(() => store.renewIds(options as never)).toThrow(
      expect.objectContaining({ code: codes.invalidOption, message: expect.stringContaining(message) }),
    );
  });

  test.each([
    [{}, 'withinSeconds'],
    [{ withinSeconds: 0 }, 'withinSeconds'],
    [{ withinSeconds: '300' }, 'withinSeconds'],
    [{ withinSeconds: 300, maxAge: 1 }, "no option 'maxAge'"],
    [null, 'must be an object'],
  ])('requireRecentAuthentication refuses %j', (options, message) => {
    expect(() => store.requireRecentAuthentication(options as never)).toThrow(
      expect.objectContaining({ code: codes.invalidOption, message: expect.stringContaining(message) }),
    );
  });
});

test.each(Object.keys(frameworks) as Framework[])(
  '%s: a request goes on with its id where the store cannot renew it',
  async framework => {
    const clock = settable();
    let isDown = false;
    const backend = altered(
      inner => ({
        async rotate(rotation, call) {
          if (isDown) throw new StoreUnavailableError('down', { outcome: 'not done' });
          return (await inner.rotate?.(rotation, call)) ?? { outcome: 'ended' };
        },
      }),
      clock,
    );
    const sessions = storeOn(backend);
    const app = await frameworks[framework]({ sessions, routes, renewIds: { afterSeconds: 600 } });
    onTestFinished(() => app.close());
    const browser = new Browser(app.url);
    await browser.get('/start');
    const { cookie } = browser;
    clock.pass(11 * minute);
    isDown = true;
    expect((await browser.get('/one')).status).toBe(200);
    expect(browser.cookie).toBe(cookie);
    expect(app.events.map(({ name }) => name)).toEqual(['refreshFailed']);
    isDown = false;
    expect((await browser.get('/')).body).toEqual({ started: true, one: 1 });
    expect(browser.cookie).not.toBe(cookie);
  },
);

test('@fastify/session with ids of its own: the error says what is missing, and the session stays', async () => {
  const clock = settable();
  const store = new FastifySessionStore(storeOn(altered(() => ({}), clock)));
  const app = Fastify();
  onTestFinished(() => app.close());
  await app.register(fastifyCookie);
  const secret = 'a secret of the tests that has 32 characters';
  await app.register(fastifySession, { store, secret, saveUninitialized: false, cookie: { secure: false } });
  app.addHook('onRequest', store.renewIds({ afterSeconds: 600 }));
  app.get('/start', ({ session: own }, reply) => reply.send(Object.assign(own, { started: true }).sessionId));
  app.get('/', ({ session: own }, reply) => reply.send(own.sessionId));
  const started = await app.inject('/start');
  const cookie = String(started.headers['set-cookie']).split(';')[0] ?? '';
  clock.pass(11 * minute);
  expect((await app.inject({ url: '/', headers: { cookie } })).json()).toMatchObject({
    code: codes.invalidOption,
    message: expect.stringContaining('set idGenerator (@fastify/session) to store.idGenerator'),
  });
  clock.pass(-2 * minute);
  expect((await app.inject({ url: '/', headers: { cookie } })).body).toBe(started.body);
});

test('express-session: the handshake of a socket renews nothing, since no cookie could be set by it', async () => {
  const clock = settable();
  const store = new ExpressSessionStore(storeOn(altered(() => ({}), clock)));
  const of = (sessionID: string) => ({ sessionID, sessionStore: store }) as never;
  const made = store.createSession(of('an-id'), { cookie: new session.Cookie() });
  await promisify<void>(done => void made.save(done))();
  clock.pass(11 * minute);
  const request = {
    session: await promisify<object>(done => store.load('an-id', done as never))(),
    sessionID: 'an-id',
  };
  const middleware = store.renewIds({ afterSeconds: 600 });
  await promisify<void>(done => middleware(request, {}, done))();
  expect(request.sessionID).toBe('an-id');
  await promisify<void>(done => middleware(request, { writeHead: () => {} }, done))();
  expect(request.sessionID).not.toBe('an-id');
});
