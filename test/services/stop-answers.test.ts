import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { gate } from '../support/gate.ts';
import { ask, keepAlive, listening } from './support/ask.ts';
import { startServer, untilRefused } from './support/held-server.ts';
import { rawClient } from './support/raw-client.ts';
import { openShop } from './support/shop.ts';

const patient = { signals: [], idleMS: 600_000, graceMS: 600_000 };

const headers = { connection: 'keep-alive', 'x-kept': 'yes', 'set-cookie': ['a=1', 'b=2'] };

/** A list may name a header twice. */
const pairs = Object.entries(headers).flatMap(([name, value]) => [value].flat().map(one => [name, one]));

/** A handler may write its own header in each of these ways. */
const ways: Readonly<Record<string, (response: ServerResponse) => void>> = {
  setHeader(response) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  },
  'writeHead with an object': response => void response.writeHead(200, headers),
  'writeHead with a text and an object': response => void response.writeHead(200, 'Fine', headers),
  'writeHead with an object alone, as the last argument': response =>
    void response.writeHead(200, undefined, headers),
  'writeHead with a list': response => void response.writeHead(200, pairs.flat()),
  'writeHead with a text and a list': response => void response.writeHead(200, 'Fine', pairs.flat()),
  // Its types do not have it, and Node takes it.
  'writeHead with a list of pairs': response => void response.writeHead(200, pairs as never),
};

test.each(Object.keys(ways))(
  'a handler that asks by %s to keep the connection does not hold the stop',
  async way => {
    const { manager } = await openShop();
    const server = createServer((_request, response) => {
      ways[way]?.(response);
      response.end('done');
    });
    const url = await listening(server);
    const stop = gracefulStop(server, manager, patient);
    const agent = keepAlive();
    expect((await ask(url, agent)).headers).toMatchObject(headers);
    const stopped = stop();
    expect((await ask(url, agent)).headers).toMatchObject({ ...headers, connection: 'close' });
    expect(await stopped).toMatchObject({ cut: [], code: 0 });
  },
);

const refuse: RequestListener = (_request, response) => response.writeHead(413).end('too large');

test('a client whose body no handler reads gets its answer, and no reset', async () => {
  const { manager } = await openShop();
  const server = createServer(refuse);
  const url = await listening(server);
  const stop = gracefulStop(server, manager, patient);
  const { socket, all } = rawClient(url);
  await once(server, 'connection');
  const stopped = stop();
  const body = Buffer.alloc(30_000_000);
  socket.write(`POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: ${body.length}\r\n\r\n`);
  const isSent = new Promise<unknown>(resolve => {
    socket.write(body, resolve);
  });
  expect(await all).toMatch(/^HTTP\/1\.1 413 [^]*too large\r\n0\r\n\r\n$/);
  expect(await isSent).toBeFalsy();
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

test('what a client sends behind its last request is not begun, and its answers arrive', async () => {
  const { manager } = await openShop();
  const { server, url, open, seen } = await startServer();
  const stop = gracefulStop(server, manager, patient);
  const { socket, ask: askFor, all } = rawClient(url, { allowHalfOpen: true });
  askFor('/held');
  await expect.poll(() => seen).toEqual(['/held']);
  const stopped = stop();
  await untilRefused(url);
  open();
  await once(socket, 'end');
  askFor('/behind');
  socket.end();
  expect(await all).toMatch(/^HTTP\/1\.1 200 OK[^]*held$/);
  expect(seen).not.toContain('/behind');
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

test('a request that asks before it sends its body is waited for', async () => {
  const { manager } = await openShop();
  const { open, opened } = gate();
  const arrived = gate();
  const server = createServer();
  server.on('checkContinue', (request, response) => {
    arrived.open();
    response.writeContinue();
    request.resume().once('end', () => void opened.then(() => response.end('held')));
  });
  const url = await listening(server);
  const stop = gracefulStop(server, manager, { ...patient, idleMS: 0 });
  const { socket, all } = rawClient(url);
  socket.write('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n');
  await arrived.opened;
  socket.write('order');
  const stopped = stop();
  await untilRefused(url, { expect: '100-continue' });
  open();
  expect(await all).toMatch(/100 Continue[^]*200 OK[^]*Connection: close[^]*held/);
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});
