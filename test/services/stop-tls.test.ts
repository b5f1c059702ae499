import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { connect, createSecureServer, type ServerHttp2Session } from 'node:http2';
import https from 'node:https';
import { expect, onTestFinished, test } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { gate } from '../support/gate.ts';
import { certificateFile } from '../support/download-host/download-host.ts';
import { listening } from './support/ask.ts';
import { openShop } from './support/shop.ts';

const cert = readFileSync(certificateFile);
const key = readFileSync(new URL('../support/download-host/key.pem', import.meta.url));

/** One that `127.0.0.1` may have. */
const trusted = { ca: cert, checkServerIdentity: () => undefined };

/** A connection with TLS, which is used again. */
function keepAlive(): https.Agent {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ...trusted });
  onTestFinished(() => agent.destroy());
  return agent;
}

async function ask(url: string, agent: https.Agent) {
  const [response] = await once(https.get(url, { agent }), 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, connection: response.headers.connection, body };
}

/** A handler that answers `/held` when the gate is open. */
function shop() {
  const { open, opened } = gate();
  const arrived = gate();
  const handler: RequestListener = (request, response) => {
    if (request.url !== '/held') return void response.end('done');
    arrived.open();
    return void opened.then(() => response.end('held'));
  };
  return { handler, open, arrived: arrived.opened };
}

const servers = {
  https: (handler: RequestListener) => https.createServer({ key, cert }, handler),
  'http2 that serves HTTP/1, too': (handler: RequestListener) => {
    // Of requests of HTTP/1 it gives the handler what `http` does.
    return createSecureServer({ key, cert, allowHTTP1: true }, handler as never);
  },
};

test.each(Object.entries(servers))(
  '%s: connections are closed by their answers, new ones are answered with 503',
  async (_name, createServer) => {
    const { manager } = await openShop();
    const { handler, open, arrived } = shop();
    const server = createServer(handler);
    const url = (await listening(server)).replace('http:', 'https:');
    const stop = gracefulStop(server, manager, { signals: [], idleMS: 600_000, graceMS: 600_000 });
    const [busy, idle] = [keepAlive(), keepAlive()];
    expect(await ask(url, idle)).toMatchObject({ status: 200, connection: 'keep-alive' });
    const held = ask(`${url}/held`, busy);
    await arrived;
    const stopped = stop();
    expect(await ask(url, idle)).toEqual({ status: 200, connection: 'close', body: 'done' });
    while ((await ask(url, keepAlive())).status !== 503);
    open();
    expect(await held).toEqual({ status: 200, connection: 'close', body: 'held' });
    expect(await stopped).toMatchObject({ cut: [], code: 0 });
    expect(server.listening).toBe(false);
  },
);

test('HTTP/2 over TLS: a stream that was begun is answered, and its client is asked to go', async () => {
  const { manager } = await openShop();
  const { handler, open, arrived } = shop();
  const server = createSecureServer({ key, cert }, handler as never);
  const url = (await listening(server)).replace('http:', 'https:');
  const stop = gracefulStop(server, manager, { signals: [], idleMS: 0, graceMS: 600_000 });
  const client = connect(url, trusted);
  onTestFinished(() => client.destroy());
  const stream = client.request({ ':path': '/held' });
  const goaway = once(client, 'goaway');
  await arrived;
  const stopped = stop();
  expect((await goaway)[0]).toBe(0);
  open();
  let body = '';
  for await (const chunk of stream) body += String(chunk);
  expect(body).toBe('held');
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

test('HTTP/2: a session that the application has just destroyed does not keep the stop from its steps', async () => {
  const { manager } = await openShop();
  const server = createSecureServer({ key, cert });
  const url = (await listening(server)).replace('http:', 'https:');
  const stop = gracefulStop(server, manager, { signals: [], idleMS: 0, graceMS: 600_000 });
  const client = connect(url, trusted).on('error', () => {});
  onTestFinished(() => client.destroy());
  const [session]: ServerHttp2Session[] = (await once(server, 'session')) as never;
  session?.destroy();
  expect(await stop()).toMatchObject({ cut: [], code: 0 });
});
