import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import express from 'express';
import session from 'express-session';
import Fastify, { type FastifyRequest } from 'fastify';
import { Passport, Strategy } from 'passport';
import { ExpressSessionStore } from '../../../../src/store/frameworks/express-session/index.ts';
import { FastifySessionStore } from '../../../../src/store/frameworks/fastify-session/index.ts';
import type { SessionStore } from '../../../../src/store/index.ts';
import { httpServer } from '../../../support/http-server.ts';
import { codeOf } from './visit.ts';

export type NameOf = (request: { readonly headers: Record<string, unknown> }) => unknown;

export interface PasswordApp {
  readonly url: string;
  close(): Promise<void>;
}

/** An application whose log-ins come from another library, at `/log-in` for the user of the header `x-user`. */
export interface Wanted {
  readonly sessions: SessionStore<object>;
  /** The argument of `guardLogIn`; `'no guard'`: the route has none. */
  readonly nameOf: NameOf | undefined | 'no guard';
  readonly check: (user: string) => Promise<void>;
}

class Slow extends Strategy {
  override name = 'slow';
  /** Not private: passport works with an object that only inherits from it. */
  readonly check: Wanted['check'];

  constructor(check: Wanted['check']) {
    super();
    this.check = check;
  }

  override authenticate(req: express.Request): void {
    const id = String(req.headers['x-user']);
    this.check(id).then(
      () => this.success({ id }),
      (error: unknown) => this.error(error),
    );
  }
}

const failed: express.ErrorRequestHandler = (error, _req, res, _next) => {
  if (!res.headersSent) res.status(500).json(codeOf(error));
};

/** Stock passport, with ids that express-session makes. */
export async function passportApp({ sessions, nameOf, check }: Wanted): Promise<PasswordApp> {
  const store = new ExpressSessionStore(sessions, {
    userOf: data => (data as { passport?: { user?: string } }).passport?.user,
  });
  const passport = new Passport();
  passport.use(new Slow(check));
  passport.serializeUser((user, done) => done(null, (user as { id: string }).id));
  passport.deserializeUser((id, done) => done(null, { id }));
  const app = express();
  app.use(session({ store, secret: 'a secret of the tests', resave: false, saveUninitialized: false }));
  app.use(passport.session());
  const guard: express.RequestHandler[] = nameOf === 'no guard' ? [] : [store.guardLogIn(nameOf)];
  app.get('/log-in', ...guard, passport.authenticate('slow'), (_req, res) => res.json(null));
  app.get('/', (req, res) => res.json(Object(req.user).id ?? null));
  app.use(failed);
  return httpServer(app);
}

/** As @fastify/passport does it: the new session is stored by `regenerate`, and has its user afterwards. */
export async function fastifyPasswordApp({ sessions, nameOf, check }: Wanted): Promise<PasswordApp> {
  const store = new FastifySessionStore(sessions, { userOf: data => userIn(data) });
  const app = Fastify({ forceCloseConnections: true });
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    store,
    secret: 'a secret of the tests that has 32 characters',
    saveUninitialized: false,
    cookie: { secure: false },
  });
  const logIn = async (request: FastifyRequest): Promise<void> => {
    const user = String(request.headers['x-user']);
    await check(user);
    await request.session.regenerate();
    Object.assign(request.session, { user });
  };
  const guard = nameOf === 'no guard' ? [] : [store.guardLogIn(nameOf)];
  app.get('/log-in', { preHandler: [...guard, logIn] }, (_request, reply) => reply.send('null'));
  app.get('/', (request, reply) => reply.send(JSON.stringify(userIn(request.session) ?? null)));
  app.setErrorHandler((error, _request, reply) => reply.status(500).send(JSON.stringify(codeOf(error))));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}

function userIn(data: object): string | undefined {
  return (data as { user?: string }).user;
}

export const passwordApps = {
  'express-session with passport': passportApp,
  '@fastify/session': fastifyPasswordApp,
};
