import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  ExpressSessionStore,
  logIn as logInExpress,
} from '../../../src/store/frameworks/express-session/index.ts';
import {
  FastifySessionStore,
  logIn as logInFastify,
} from '../../../src/store/frameworks/fastify-session/index.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';
import { type Framework, frameworks, groundOf } from './support/ground.ts';
import { routes } from './support/routes.ts';
import type { Visit } from './support/visit.ts';

const stores = {
  'express-session': { Store: ExpressSessionStore, logIn: logInExpress },
  '@fastify/session': { Store: FastifySessionStore, logIn: logInFastify },
};

describe.each(Object.keys(frameworks) as Framework[])('%s', framework => {
  refusals(framework);
  names(framework);
});

function refusals(framework: Framework): void {
  const ground = groundOf(framework, 'memory');

  test.each([
    ['a misspelt option, which would let a revoked log-in pass', { logIn: {} }, /no option 'logIn'/],
    ['a login whose await is missing', { login: Promise.resolve() }, /is a promise, an await is missing/],
    ['a login that is none', { login: 'user-1' }, /must be what beginLogIn of the store gave/],
    ['a time that is a Date', { authenticatedAt: new Date() }, /'authenticatedAt' of logIn must be a time/],
    ['a device that is an object', { device: {} }, /'device' of logIn must be a string/],
    ['options that are none', null, /must be an object/],
  ])('`logIn` refuses %s', async (_what, options, message) => {
    let refused: unknown;
    const { browser, sessions } = await ground.open({
      routes: {
        '/log-in': async visit => {
          refused = await visit.logIn('user-1', options as never).catch((error: unknown) => error);
        },
      },
    });
    await browser.get('/log-in');
    expect(refused).toMatchObject({
      code: 'ERR_SESSION_GUARD_INVALID_OPTION',
      message: expect.stringMatching(message),
    });
    expect(await sessions.list('user-1')).toEqual([]);
  });

  test.each([
    ['the user before the request', 'user-1', { headers: {} }],
    ['a session in the place of its request', { cookie: {} }, 'user-1'],
    ['nothing', undefined, undefined],
    ['a request without a session', { headers: {} }, 'user-1'],
    ['a request with a session of another kind', { headers: {}, session: {} }, 'user-1'],
  ])('`logIn` refuses %s', async (_what, request, user) => {
    const { Store, logIn } = stores[framework];
    const store = new Store(sessionStore(memoryBackend(), { keys: { tag: [randomBytes(32)] } }));
    const refused = {
      code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT',
      message: expect.stringMatching(/logIn takes/),
    };
    await expect(store.logIn(request as never, user as never)).rejects.toMatchObject(refused);
    await expect(logIn(request as never, user as never)).rejects.toMatchObject(refused);
  });
}

function names(framework: Framework): void {
  const ground = groundOf(framework, 'memory');

  test.each([7, 7n])('a user that is a number (%s) is its text', async user => {
    const { browser, sessions } = await ground.open({
      store: { userOf: (session: { user?: number }) => session.user },
      routes: {
        '/log-in': visit => visit.logIn(user as never),
        '/by-hand': async visit => {
          await visit.regenerate();
          visit.session['user'] = Number(user);
        },
      },
    });
    await browser.get('/log-in');
    await browser.tab().get('/by-hand');
    expect(await sessions.list('7')).toHaveLength(1);
    expect(await sessions.destroyAll('7')).toBe(1);
  });

  test.each([
    ['an object', {}],
    ['a boolean', true],
    ['an empty string', ''],
    ['a number that is not whole', 1.5],
  ])('a user that is %s is refused, and the error says so', async (what, user) => {
    let refused: unknown;
    const { browser } = await ground.open({
      store: { userOf: (session: { user?: unknown }) => session.user } as object,
      routes: {
        ...routes,
        '/user': async (visit: Visit) => {
          visit.session['user'] = user;
          refused = await visit.save().catch((error: unknown) => error);
          delete visit.session['user'];
        },
      },
    });
    await browser.get('/user');
    expect(refused).toMatchObject({
      code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT',
      message: expect.stringContaining(`userOf gave ${what}`),
    });
  });
}
