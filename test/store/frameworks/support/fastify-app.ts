import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import Fastify, { type FastifyRequest } from 'fastify';
import { FastifySessionStore, logIn } from '../../../../src/store/frameworks/fastify-session/index.ts';
import { type App, type AppOptions, codeOf, events, statusOf, type Visit } from './visit.ts';

/** A real server with the stock plugin. */
export async function fastifyApp({
  sessions,
  routes,
  store: options = {},
  maxAge,
  renewIds,
  withinSeconds = 60,
}: AppOptions): Promise<App> {
  const store = new FastifySessionStore(sessions, options as object);
  const app = Fastify({ forceCloseConnections: true });
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    store,
    secret: 'a secret of the tests that has 32 characters',
    idGenerator: store.idGenerator,
    saveUninitialized: false,
    cookie: { secure: false, ...(maxAge !== undefined && { maxAge }) },
  });
  if (renewIds !== undefined) app.addHook('onRequest', store.renewIds(renewIds));
  const recent = { preHandler: store.requireRecentAuthentication({ withinSeconds }) };
  for (const [path, answer] of Object.entries(routes))
    app.get(path, path.startsWith('/recent') ? recent : {}, async (request, reply) => {
      await reply.send(JSON.stringify((await answer(visitOf(request, store))) ?? null));
      return reply;
    });
  app.setErrorHandler((error, _request, reply) =>
    reply.status(statusOf(error)).send(JSON.stringify(codeOf(error))),
  );
  const heard: App['events'] = [];
  for (const name of events) store.on(name as 'sessionEnded', event => heard.push({ name, event }));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, events: heard, close: () => app.close() };
}

function visitOf(request: FastifyRequest, store: FastifySessionStore): Visit {
  return {
    get session() {
      return request.session as unknown as Visit['session'];
    },
    get id() {
      return request.session.sessionId;
    },
    get handle() {
      return store.handleOf(request);
    },
    agent: request.headers['user-agent'] ?? '',
    save: () => request.session.save(),
    regenerate: () => request.session.regenerate(),
    reload: () => request.session.reload(),
    destroy: () => request.session.destroy(),
    logIn: (user, options) => logIn(request, user, options),
    confirmAuthentication: () => store.confirmAuthentication(request),
    get authenticationAge() {
      return store.authenticationAge(request);
    },
  };
}
