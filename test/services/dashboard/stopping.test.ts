import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import express from 'express';
// @ts-expect-error The types of Express are those of version 5.
import express4 from 'express4';
import fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConnectionManager, gracefulStop } from '../../../src/index.ts';
import type { Dashboard } from '../../../src/services/dashboard/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { decorate } from '../support/nest-shop.ts';
import { bearer, live, useSession } from './support/live.ts';

interface Served {
  readonly url: string;
  /** The framework's own way to stop. */
  readonly close: () => Promise<unknown>;
}

async function listen(server: Server): Promise<Served> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    return once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

class Home {
  read() {
    return 'home';
  }
}
decorate(Home, 'read', [Get()]);
Controller()(Home);

/** The dashboard as `docs/report.md` says, beside a route of the application. */
const frameworks: Readonly<Record<string, (handler: Dashboard) => Promise<Served>>> = {
  http: handler =>
    listen(
      createServer((request, response) => {
        if (request.url?.startsWith('/session-guard') === true) handler(request, response);
        else response.end('home');
      }),
    ),
  'Express 5': handler => onExpress(express, handler),
  'Express 4': handler => onExpress(express4, handler),
  'Fastify 5': async handler => {
    const app = fastify();
    app.get('/session-guard', (request, reply) => {
      reply.hijack();
      handler(request.raw, reply.raw);
    });
    app.get('/', () => 'home');
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
  },
  NestJS: async handler => {
    const built = await Test.createTestingModule({ controllers: [Home] }).compile();
    const app = built.createNestApplication({ logger: false });
    app.use('/session-guard', handler);
    await app.listen(0, '127.0.0.1');
    return { url: await app.getUrl(), close: () => app.close() };
  },
};

function onExpress(module: typeof express, handler: Dashboard): Promise<Served> {
  const app = module();
  app.use('/session-guard', handler);
  app.get('/', (_request, response) => void response.send('home'));
  return listen(createServer(app));
}

describe.each(Object.keys(frameworks))('%s', name => {
  test('serves the page to those with the token, and its own close ends open pages', async () => {
    const { url, close } = (await frameworks[name]?.(live())) ?? expect.unreachable();
    expect((await fetch(`${url}/session-guard`)).status).toBe(401);
    const page = await fetch(`${url}/session-guard`, { headers: bearer });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('"title":"shop"');
    expect(await (await fetch(`${url}/`)).text()).toBe('home');
    const response = await fetch(`${url}/session-guard?events`, { headers: bearer });
    const text = response.text();
    await close();
    expect(await text).toContain('data: {');
  });
});

test('a server that gets its connections from another one, and never listens itself, ends no page', async () => {
  const server = createServer(live());
  const front = createNetServer(socket => server.emit('connection', socket));
  await once(front.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void front.close());
  const { port } = front.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/?events`, { headers: bearer });
  const reader = response.body?.getReader();
  await reader?.read();
  await useSession('later');
  let read = '';
  while (!read.includes('"name":"later"')) {
    const { value, done } = (await reader?.read()) ?? expect.unreachable();
    expect(done).toBe(false);
    read += Buffer.from(value ?? []).toString();
  }
  await reader?.cancel();
});

test('an open page does not hold a graceful stop', async () => {
  const manager = new ConnectionManager(replicaSetUri(), { console: false });
  const handler = live();
  const server = createServer(handler);
  const { url } = await listen(server);
  const stop = gracefulStop(server, manager, { signals: [], idleMS: 0, graceMS: 600_000 });
  onTestFinished(() => stop.uninstall());
  const response = await fetch(`${url}?events`, { headers: bearer });
  const text = response.text();
  const { cut, code } = await stop();
  expect({ cut, code }).toEqual({ cut: [], code: 0 });
  expect(await text).toContain('data: {');
});
