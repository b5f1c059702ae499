import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import express from 'express';
import session, { type Session, type SessionData } from 'express-session';
import { describe, expect, test } from 'vitest';
import { served } from '../../../support/served.ts';
import { ExpressSessionStore } from '../../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, sessionStore } from '../../../../src/store/index.ts';
import { Browser } from '../support/browser.ts';

interface Data extends SessionData {
  count?: number;
  user?: string;
}
type Loaded = Session & Data;

const newStore = () => {
  const sessions = sessionStore(memoryBackend(), { keys: { tag: [randomBytes(32)] } });
  return { sessions, store: new ExpressSessionStore(sessions, { userOf: data => (data as Data).user }) };
};

/** A session of a browser, and what a job knows of it: its id. */
async function open() {
  const { sessions, store } = newStore();
  const app = express();
  app.use(
    session({ store, secret: 'a secret', resave: false, saveUninitialized: false, genid: store.idGenerator }),
  );
  let id = '';
  app.get('/', (req, res) => {
    const own = req.session as Loaded;
    own.count ??= 1;
    id = req.sessionID;
    res.json(own.count);
  });
  app.get('/log-in', (req, res, next) => {
    store.logIn(req, 'anna').then(() => res.json((id = req.sessionID)), next);
  });
  const url = await served(app);
  const browser = new Browser(url);
  await browser.get('/');
  const load = (sid = id) =>
    new Promise<Loaded | undefined>((resolve, reject) => {
      store.load(sid, (error: unknown, found?: SessionData) =>
        error ? reject(error) : resolve(found as Loaded | undefined),
      );
    });
  return { sessions, store, browser, load, id: () => id };
}

type Done = (error: unknown, value?: unknown) => void;

const answered = (call: (done: Done) => void): Promise<unknown> => promisify(call)();

const saved = (own: Session) => promisify(own.save.bind(own) as (done: (error: unknown) => void) => void)();

describe('a session that is loaded outside a request', () => {
  test('`store.load` and `session.save` keep a change during a request of the browser', async () => {
    const { browser, load, sessions } = await open();
    const own = await load();
    if (own === undefined) throw new Error('no session');
    own.count = 7;
    await saved(own);
    expect((await browser.get('/')).body).toBe(7);
    own.user = 'anna';
    await expect(saved(own)).rejects.toMatchObject({ code: 'ERR_SESSION_GUARD_STORE_USER_CHANGED' });
    expect(await sessions.list('anna')).toEqual([]);
  });

  test('`session.save` without a callback also keeps it', async () => {
    const { browser, load } = await open();
    const own = await load();
    if (own === undefined) throw new Error('no session');
    own.count = 8;
    own.save();
    await expect.poll(async () => (await browser.get('/')).body).toBe(8);
  });

  test('`session.reload`, `session.touch` and `session.destroy` do what they do in a request', async () => {
    const { browser, load, store } = await open();
    const own = await load();
    if (own === undefined) throw new Error('no session');
    await promisify(own.reload.bind(own))();
    own.touch();
    await answered(done => store.touch(own.id, own, done));
    own.destroy(() => {});
    await expect.poll(() => load()).toBeUndefined();
    expect((await browser.get('/')).body).toBe(1);
  });

  test('`session.regenerate` makes another one, and ends the first', async () => {
    const { load, id } = await open();
    const own = await load();
    if (own === undefined) throw new Error('no session');
    const { req } = own as unknown as { req: { session: Loaded; sessionID: string } };
    await promisify(own.regenerate.bind(own))();
    expect(req.sessionID).not.toBe(id());
    req.session.count = 9;
    await saved(req.session);
    expect(await load()).toBeUndefined();
    expect(await load(req.sessionID)).toMatchObject({ count: 9 });
  });
});

describe('sessions of sockets and jobs', () => {
  test.each([
    ['without headers', {}],
    ['with headers that are none', { headers: undefined }],
    ['with the headers of fetch', { headers: new Headers({ 'user-agent': 'a socket' }) }],
  ])('the request of a socket %s can have a session made, kept and logged in', async (_what, parts) => {
    const { store, load, id, sessions } = await open();
    const data = await answered(done => store.get(id(), done));
    const request = Object.assign({ sessionID: id(), sessionStore: store }, parts);
    const own = store.createSession(request as never, data as never) as Loaded;
    own.count = 10;
    await saved(own);
    expect(await load()).toMatchObject({ count: 10 });
    await store.logIn(request as never, 'anna');
    expect(await sessions.list('anna')).toHaveLength(1);
  });

  test('a Session made by hand, as old recipes for sockets do, takes the place of the live one', async () => {
    const { store, load, id } = await open();
    const data = (await answered(done => store.get(id(), done))) as Data;
    const Made = session.Session as unknown as new (request: object, data: object) => Loaded;
    const own = new Made({ sessionID: id(), sessionStore: store }, data);
    own.count = 11;
    await saved(own);
    expect(await load()).toMatchObject({ count: 11 });
  });

  test('a session from `get` can be set, with and without a callback', async () => {
    const { store, load, id } = await open();
    const data = (await answered(done => store.get(id(), done))) as Data;
    store.set(id(), Object.assign({ ...data }, { count: 12 }));
    await expect.poll(load).toMatchObject({ count: 12 });
  });
});

describe('refused sessions there', () => {
  test('a value that is not a session gives the callback an error, and never throws', async () => {
    const { store, id } = await open();
    for (const data of [null, undefined, 'text', 7])
      for (const call of ['set', 'touch'] as const) {
        const refused = await new Promise(resolve => store[call](id(), data as never, resolve));
        expect(refused, `${call} of ${String(data)}`).toBeInstanceOf(Error);
      }
  });

  test('without the middleware, `regenerate` is refused and ends nothing', async () => {
    const { store } = newStore();
    const cookie = { originalMaxAge: null, maxAge: undefined } as never;
    await answered(done => store.set('an-id-of-a-job', { cookie }, done));
    const loaded = await new Promise<Session>(resolve => {
      store.load('an-id-of-a-job', (_error: unknown, found?: SessionData) => resolve(found as Session));
    });
    await expect(promisify(loaded.regenerate.bind(loaded))()).rejects.toMatchObject({
      code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT',
    });
    expect(await answered(done => store.get('an-id-of-a-job', done))).toBeTruthy();
  });
});
