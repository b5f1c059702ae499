import { once } from 'node:events';
import { connect } from 'node:http2';
import { setTimeout } from 'node:timers/promises';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { FastifySessionStore } from '../../../../src/store/frameworks/fastify-session/index.ts';
import { gate } from '../../../support/gate.ts';
import { altered, storeOn } from '../../support/altered.ts';

type Handler = (store: FastifySessionStore, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** An application whose server stores a session only then. */
async function listening(app: FastifyInstance, stores: Promise<unknown>, handler: Handler): Promise<string> {
  const backend = altered(inner => ({
    insert: (session, call) => stores.then(() => inner.insert(session, call)),
  }));
  const store = new FastifySessionStore(storeOn(backend));
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    store,
    secret: 'a secret of the tests that has 32 characters',
    idGenerator: store.idGenerator,
    saveUninitialized: false,
    cookie: { secure: false },
  });
  app.get('/', (request, reply) => handler(store, request, reply));
  onTestFinished(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

const late = {
  code: 'SESSION_GUARD_LATE_LOG_IN',
  message: expect.stringMatching(/before logIn \(at .*late-log-in\.test\.ts:\d+:\d+\) was done/) as string,
};

test('A `logIn` that the answer does not wait for is a process warning with its place.', async () => {
  const answered = gate();
  const app = Fastify({ forceCloseConnections: true });
  const url = await listening(app, answered.opened, async (store, request) => {
    void store.logIn(request, 'user-1');
    return null;
  });
  const warned = once(process, 'warning');
  const response = await fetch(url);
  answered.open();
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(await warned).toMatchObject([late]);
});

test('A `logIn` that the answer does not wait for is a warning over HTTP/2, too.', async () => {
  const app = Fastify({ http2: true, forceCloseConnections: true }) as unknown as FastifyInstance;
  const answered = gate();
  const url = await listening(app, answered.opened, async (store, request) => {
    void store.logIn(request, 'user-1');
    return null;
  });
  const client = connect(url);
  onTestFinished(() => client.destroy());
  const warned = once(process, 'warning');
  const stream = client.request({ ':path': '/' }).resume().end();
  await once(stream, 'end');
  answered.open();
  expect(await warned).toMatchObject([late]);
});

test('A `logIn` that is waited for is not a warning, also over a connection that is used again.', async () => {
  const warnings: unknown[] = [];
  const hear = (warning: unknown): void => void warnings.push(warning);
  process.on('warning', hear);
  onTestFinished(() => void process.off('warning', hear));
  const app = Fastify({ forceCloseConnections: true });
  const url = await listening(app, Promise.resolve(), async (store, request) => {
    await store.logIn(request, 'user-1');
    return null;
  });
  for (const _ of [1, 2, 3]) {
    const response = await fetch(url);
    expect(response.headers.get('set-cookie')).toMatch(/^sessionId=/);
    await response.text();
  }
  await setTimeout(20);
  expect(warnings).toEqual([]);
});
