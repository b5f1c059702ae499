// @ts-check
import express from 'express';
import session from 'express-session';
import { ExpressSessionStore } from 'session-guard/store/express-session';
import { checkCsrf, csrfToken } from './csrf.mjs';
import { devicesPage, logInPage } from './pages.mjs';
import { isPasswordOf } from './users.mjs';

/** @typedef {import('./csrf.mjs').UserSession} UserSession */
/** @typedef {import('session-guard/store').SessionStore<Record<string, unknown>>} Sessions */

/**
 * @param {Sessions} sessions
 * @param {{ secret: string, secure: boolean }} options
 */
export function createApp(sessions, { secret, secure }) {
  const store = new ExpressSessionStore(sessions);
  const app = express();
  if (secure) app.set('trust proxy', 1);
  app.use(
    session({
      store,
      name: secure ? '__Host-sid' : 'sid', // browsers take a `__Host-` cookie only over HTTPS, and from no other host
      secret,
      genid: store.idGenerator, // so that logIn can place a session among those of its user
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, secure, sameSite: 'lax' },
    }),
  );
  app.use(store.renewIds({ afterSeconds: 900 })); // an id that was stolen is soon worth nothing
  app.use(express.urlencoded({ extended: false }), notStored);

  showDevices(app, { store, sessions });
  app.use(checkCsrf); // all routes below change something
  logIns(app, { store, sessions });
  logOuts(app, sessions);
  return app;
}

/**
 * @param {import('express').Express} app
 * @param {{ store: ExpressSessionStore, sessions: Sessions }} stores
 */
function showDevices(app, { store, sessions }) {
  app.get('/', async (req, res) => {
    const { user } = of(req);
    const csrf = csrfToken(of(req));
    if (user === undefined) res.send(logInPage({ csrf }));
    else res.send(devicesPage({ user, csrf, own: store.handleOf(req), devices: await sessions.list(user) }));
  });
}

/**
 * @param {import('express').Express} app
 * @param {{ store: ExpressSessionStore, sessions: Sessions }} stores
 */
function logIns(app, { store, sessions }) {
  app.post('/log-in', async (req, res) => {
    const { name = '', password = '' } = req.body;
    if (typeof name !== 'string' || name === '' || typeof password !== 'string') refuse(req, res);
    else {
      const login = await sessions.beginLogIn(name); // before the password is checked
      if (await isPasswordOf(name, password)) {
        await store.logIn(req, name, { login }); // a new session with a new id
        of(req).user = name;
        await saved(req); // a browser follows a redirect before the session is saved at its end
        res.redirect('/');
      } else refuse(req, res);
    }
  });
}

/**
 * @param {import('express').Express} app
 * @param {Sessions} sessions
 */
function logOuts(app, sessions) {
  app.post('/log-out', async (req, res) => {
    await ended(req);
    res.set('Clear-Site-Data', '"cache", "cookies", "storage"').redirect('/');
  });

  app.post('/log-out-one', async (req, res) => {
    const { user } = of(req);
    if (user !== undefined) await sessions.destroyByHandle(user, String(req.body.handle));
    res.redirect('/');
  });

  app.post('/log-out-everywhere', async (req, res) => {
    const { user } = of(req);
    if (user !== undefined) await sessions.destroyAll(user);
    res.redirect('/');
  });
}

/**
 * The next user of the browser, or of a proxy, must not see the pages of this user.
 *
 * @param {import('express').Request} _req
 * @param {import('express').Response} res
 * @param {() => void} next
 */
function notStored(_req, res, next) {
  res.set('Cache-Control', 'no-store');
  next();
}

/**
 * @param {import('express').Request} req
 * @param {import('express').Response} res
 */
function refuse(req, res) {
  res.status(401).send(logInPage({ csrf: csrfToken(of(req)), failed: true }));
}

/**
 * @param {import('express').Request} req
 * @returns {UserSession}
 */
function of(req) {
  return req.session;
}

/** @param {import('express').Request} req */
function saved(req) {
  return new Promise((resolve, reject) => {
    req.session.save(error => (error ? reject(error) : resolve(undefined)));
  });
}

/** @param {import('express').Request} req */
function ended(req) {
  return new Promise((resolve, reject) => {
    req.session.destroy(error => (error ? reject(error) : resolve(undefined)));
  });
}
