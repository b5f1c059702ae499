import express from 'express';
import session from 'express-session';
import { Passport, Strategy } from 'passport';
import { describe, expect, test } from 'vitest';
import { served } from '../../../support/served.ts';
import { ExpressSessionStore } from '../../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, sessionStore } from '../../../../src/store/index.ts';
import { Browser } from '../support/browser.ts';

interface WithPassport extends session.SessionData {
  readonly passport?: { readonly user?: string };
}

class ByHeader extends Strategy {
  override name = 'by-header';

  override authenticate(req: express.Request): void {
    this.success({ id: req.headers['x-user'] });
  }
}

async function serve(genid: 'its own' | 'of the store') {
  const sessions = sessionStore(memoryBackend(), {
    keys: { tag: ['a secret that has 32 bytes, or even more'] },
  });
  const store = new ExpressSessionStore(sessions, {
    userOf: data => (data as WithPassport).passport?.user,
    onUserChange: 'error',
  });
  const passport = new Passport();
  passport.use(new ByHeader());
  passport.serializeUser((user, done) => done(null, (user as { id: string }).id));
  passport.deserializeUser((id, done) => done(null, { id }));
  const app = express();
  app.use(
    session({
      store,
      secret: 'a secret',
      resave: false,
      saveUninitialized: false,
      ...(genid === 'of the store' && { genid: store.idGenerator }),
    }),
  );
  app.use(passport.session());
  app.get('/visit', (req, res) => {
    Object.assign(req.session, { visited: true });
    res.json(Object(req.user).id ?? null);
  });
  app.get('/log-in', passport.authenticate('by-header'), (_req, res) => res.json(null));
  app.get('/log-out', (req, res, next) => req.logOut(error => (error ? next(error) : res.json(null))));
  const url = await served(app);
  return { sessions, browser: () => new Browser(url) };
}

describe.each(['its own', 'of the store'] as const)('stock passport, with ids %s', genid => {
  test('its log-ins are in the list of their user, and end with the log-out everywhere', async () => {
    const { sessions, browser } = await serve(genid);
    const [one, other, somebody] = [browser(), browser(), browser()];
    await one.get('/visit');
    for (const own of [one, other]) await own.get('/log-in', { 'x-user': 'anna' });
    await somebody.get('/log-in', { 'x-user': 'ben' });
    expect((await one.get('/visit')).body).toBe('anna');
    expect(await sessions.list('anna')).toHaveLength(2);
    expect(await sessions.destroyAll('anna')).toBe(2);
    for (const own of [one, other]) expect((await own.get('/visit')).body).toBeNull();
    expect((await somebody.get('/visit')).body).toBe('ben');
  });

  test('its log-out takes the session off the list', async () => {
    const { sessions, browser } = await serve(genid);
    const own = browser();
    await own.get('/log-in', { 'x-user': 'anna' });
    const old = own.tab();
    expect((await own.get('/log-out')).status).toBe(200);
    expect(await sessions.list('anna')).toEqual([]);
    expect((await old.get('/visit')).body).toBeNull();
  });
});
