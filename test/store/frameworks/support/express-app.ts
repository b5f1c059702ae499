import { promisify } from 'node:util';
import express from 'express';
import session from 'express-session';
import { ExpressSessionStore, logIn } from '../../../../src/store/frameworks/express-session/index.ts';
import { httpServer } from '../../../support/http-server.ts';
import { type App, type AppOptions, codeOf, events, statusOf, type Visit } from './visit.ts';

const failed: express.ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) next(error);
  else res.status(statusOf(error)).json(codeOf(error));
};

/** A real server with the stock middleware. */
export async function expressApp({
  sessions,
  routes,
  store: options = {},
  maxAge,
  renewIds,
  withinSeconds = 60,
}: AppOptions): Promise<App> {
  const store = new ExpressSessionStore(sessions, options as object);
  const app = express();
  app.use(
    session({
      store,
      secret: 'a secret of the tests',
      genid: store.idGenerator,
      resave: false,
      saveUninitialized: false,
      cookie: maxAge === undefined ? {} : { maxAge },
    }),
  );
  if (renewIds !== undefined) app.use(store.renewIds(renewIds));
  app.use('/recent', store.requireRecentAuthentication({ withinSeconds }));
  for (const [path, answer] of Object.entries(routes))
    app.get(path, (req, res, next) => {
      answer(visitOf(req, store)).then(body => res.json(body ?? null), next);
    });
  app.use(failed);
  const heard: App['events'] = [];
  for (const name of events) store.on(name, (event: unknown) => heard.push({ name, event }));
  return { ...(await httpServer(app)), events: heard };
}

function visitOf(req: express.Request, store: ExpressSessionStore): Visit {
  const done = (name: 'save' | 'regenerate' | 'reload' | 'destroy') =>
    promisify((callback: (error: unknown) => void) => void req.session[name](callback))();
  return {
    get session() {
      return req.session as unknown as Visit['session'];
    },
    get id() {
      return req.sessionID;
    },
    get handle() {
      return store.handleOf(req);
    },
    agent: req.headers['user-agent'] ?? '',
    save: () => done('save'),
    regenerate: () => done('regenerate'),
    reload: () => done('reload'),
    destroy: () => done('destroy'),
    logIn: (user, options) => logIn(req, user, options),
    confirmAuthentication: () => store.confirmAuthentication(req),
    get authenticationAge() {
      return store.authenticationAge(req);
    },
  };
}
