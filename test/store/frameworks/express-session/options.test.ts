import { once } from 'node:events';
import { promisify } from 'node:util';
import express from 'express';
import session from 'express-session';
import { describe, expect, test } from 'vitest';
import { served } from '../../../support/served.ts';
import { ExpressSessionStore, logIn } from '../../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, type SessionBackend, sessionStore } from '../../../../src/store/index.ts';
import { Browser } from '../support/browser.ts';

const keys = { tag: ['a secret of the tests that has 32 bytes or more'] };

type Options = Omit<Partial<session.SessionOptions>, 'genid'> & {
  readonly backend?: SessionBackend;
  readonly genid?: 'of the store' | (() => string);
};

const answerError: express.ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.status(500).json(error.message);
};

async function serve({ backend = memoryBackend(), genid, ...options }: Options, trust = false) {
  const sessions = sessionStore(backend, { keys });
  const store = new ExpressSessionStore(sessions);
  const app = express();
  if (trust) app.set('trust proxy', 1);
  const plain = { store, secret: 'a secret', resave: false, saveUninitialized: false };
  const ids = genid === 'of the store' ? store.idGenerator : genid;
  app.use(session({ ...plain, ...options, ...(ids !== undefined && { genid: ids }) }));
  app.get('/set', (req, res) => {
    Object.assign(req.session, { set: true });
    res.json(null);
  });
  app.get('/', (req, res) =>
    res.json(Object.fromEntries(Object.entries(req.session).filter(([name]) => name !== 'cookie'))),
  );
  app.get('/late', (req, res, next) => {
    store.logIn(req, 'user-1').catch(next);
    res.json(null);
  });
  app.get('/unset', (req, res) => {
    Reflect.set(req, 'session', null);
    res.json(null);
  });
  app.get('/log-in', (req, res, next) => {
    logIn(req, 'user-1').then(() => res.json(null), next);
  });
  app.use(answerError);
  const url = await served(app);
  return { browser: new Browser(url), store, sessions };
}

/** Counts what is written. */
function counting() {
  const backend = memoryBackend();
  const writes: string[] = [];
  for (const name of ['write', 'refresh', 'insert', 'remove'] as const) {
    const plain = backend[name].bind(backend) as (...args: unknown[]) => Promise<never>;
    Object.assign(backend, {
      [name]: (...args: unknown[]) => {
        writes.push(name);
        return plain(...args);
      },
    });
  }
  return { backend, writes };
}

describe('options of express-session', () => {
  test('`resave` without a change writes nothing, since nothing has to be written', async () => {
    const { backend, writes } = counting();
    const { browser } = await serve({ backend, resave: true });
    await browser.get('/set');
    await browser.get('/');
    await browser.get('/set');
    expect(writes).toEqual(['insert']);
  });

  test('`rolling` sets the cookie on each answer', async () => {
    const { browser } = await serve({ rolling: true, cookie: { maxAge: 60_000 } });
    await browser.get('/set');
    expect((await browser.get('/')).setCookie).toMatch(/Expires=/);
  });

  test.each([
    ['destroy', {}],
    ['keep', { set: true }],
  ] as const)('`unset: %s` does what it says to the session', async (unset, expected) => {
    const { browser } = await serve({ unset });
    await browser.get('/set');
    await browser.tab().get('/unset');
    expect((await browser.get('/')).body).toEqual(expected);
  });

  test('`saveUninitialized` stores a session with nothing in it', async () => {
    const { backend, writes } = counting();
    const { browser } = await serve({ backend, saveUninitialized: true });
    await browser.get('/');
    expect(writes).toEqual(['insert']);
  });
});

describe('cookies and ids', () => {
  test('a secure cookie is set behind a proxy that says `https`, and nowhere else', async () => {
    const { browser } = await serve({ cookie: { secure: true, sameSite: 'lax' } }, true);
    expect((await browser.get('/set')).setCookie).toBe('');
    const { setCookie } = await browser.get('/set', { 'x-forwarded-proto': 'https' });
    expect(setCookie).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('ids of the framework itself are taken', async () => {
    const { browser } = await serve({ genid: () => `plain-${Math.random()}` });
    await browser.get('/set');
    expect((await browser.get('/')).body).toEqual({ set: true });
  });

  test('a `logIn` that the answer does not wait for is a process warning with its place', async () => {
    const warned = once(process, 'warning');
    const { browser } = await serve({ genid: 'of the store' });
    await browser.get('/late');
    const [warning] = (await warned) as [Error & { code?: string }];
    expect(warning.code).toBe('SESSION_GUARD_LATE_LOG_IN');
    expect(warning.message).toMatch(/before logIn \(at .*options\.test\.ts:\d+:\d+\) was done/);
  });

  test('`logIn` without the ids of the store says what is missing', async () => {
    const { browser } = await serve({});
    expect((await browser.get('/log-in')).body).toMatch(/set genid .* to store\.idGenerator/);
  });
});

describe('the store', () => {
  test('has no methods that hand out the sessions of everybody', async () => {
    const { store } = await serve({});
    for (const method of ['all', 'length', 'clear']) expect(store).not.toHaveProperty(method);
  });

  test('does not create again what it has ended, from a copy of its data', async () => {
    const { store } = await serve({});
    const set = (id: string, data: object) =>
      new Promise(resolve => {
        store.set(id, data as session.SessionData, resolve);
      });
    const get = (id: string) =>
      new Promise(resolve => {
        store.get(id, (_error, data) => resolve(data));
      });
    await set('an id', { cookie: {}, one: 1 });
    await set('an id', { cookie: {}, two: 2 });
    expect(await get('an id')).toEqual({ cookie: {}, two: 2 });
    await new Promise(resolve => {
      store.destroy('an id', resolve);
    });
    await set('an id', { cookie: {}, one: 1 });
    expect(await get('an id')).toBeNull();
  });

  test('refuses an option that it does not have', async () => {
    const { sessions } = await serve({});
    expect(() => new ExpressSessionStore(sessions, { ttl: 1 } as object)).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_GUARD_INVALID_OPTION' }),
    );
    expect(() => new ExpressSessionStore({} as never)).toThrow(/takes the store that sessionStore\(\) gives/);
  });
});

test.each(['here', 'in another process'])(
  'A genid that gives a visitor the same id again begins another session after a log-out %s.',
  async where => {
    const id = 'the id that a gateway gives a visitor';
    const { browser, store, sessions } = await serve({ genid: () => id });
    await browser.get('/set');
    expect((await browser.get('/')).body).toEqual({ set: true });
    const other = where === 'here' ? store : new ExpressSessionStore(sessions);
    await promisify(other.destroy.bind(other))(id);
    expect((await browser.get('/')).body).toEqual({});
    await browser.get('/set');
    expect((await browser.get('/')).body).toEqual({ set: true });
  },
);
