import type http from 'node:http';
import express from 'express';
import fastify from 'fastify';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { chromium, type Page } from 'playwright-core';
import { ConnectionManager } from '../../../src/index.ts';
import { type Dashboard, dashboard } from '../../../src/services/dashboard/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { served } from '../../support/served.ts';

const token = 'a-token-that-nobody-guesses';
const bearer = { authorization: `Bearer ${token}` };
const executablePath = process.env['SESSION_GUARD_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
/** Playwright's own limits are shorter than a busy machine may need, in milliseconds. */
const patienceMS = 150_000;

afterEach(() => vi.unstubAllEnvs());

function live(options = {}): Dashboard {
  const handler = dashboard({ token, title: 'shop', ...options });
  onTestFinished(() => handler.close());
  return handler;
}

async function serve(handler: http.RequestListener): Promise<string> {
  return `${await served(handler)}/`;
}

async function useSession(name: string): Promise<void> {
  const mongo = new ConnectionManager(replicaSetUri(), { console: false });
  await mongo.withTxn(session => mongo.db('live').collection('items').findOne({}, { session }), {
    name,
  });
  await mongo.close();
}

/** Reads server-sent events until their data has the text. */
async function eventsUntil(address: string, text: string): Promise<string> {
  const response = await fetch(`${address}?events`, { headers: bearer });
  let read = '';
  for await (const chunk of response.body ?? []) {
    read += Buffer.from(chunk).toString();
    if (read.includes(text)) break;
  }
  return read;
}

function basic(text: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

describe('without the token nothing can be read', () => {
  test.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer another-token-of-this' }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['the token under another scheme', { authorization: `Digest ${token}` }],
    ['another password', basic('anyone:another-token-of-this')],
  ])('%s', async (_, headers) => {
    const address = await serve(live());
    for (const path of ['', '?events', 'any/path']) {
      const response = await fetch(address + path, { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Basic');
      expect(await response.text()).toBe('The token is missing or wrong.\n');
    }
  });

  test('it is a Bearer token, or the password of anybody', async () => {
    const address = await serve(live());
    for (const headers of [bearer, basic(`anyone:${token}`), basic(`:${token}`)]) {
      const response = await fetch(address, { headers });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('"title":"shop"');
    }
  });

  test('a token may have blanks', async () => {
    const words = 'four words with blanks';
    const address = await serve(live({ token: words }));
    for (const headers of [{ authorization: `Bearer ${words}` }, basic(`anyone:${words}`)])
      expect((await fetch(address, { headers })).status).toBe(200);
    expect((await fetch(address, { headers: { authorization: 'Bearer four' } })).status).toBe(401);
  });
});

test('answers are not kept, framed or read by other sites, and only GET is answered', async () => {
  const address = await serve(live());
  const { headers } = await fetch(address, { headers: bearer });
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  const policy = headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'; script-src 'sha256-");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect((await fetch(address, { method: 'POST', headers: bearer })).status).toBe(405);
});

test('in production it is not there, unless it is asked for', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  expect((await fetch(await serve(live()), { headers: bearer })).status).toBe(404);
  expect((await fetch(await serve(live({ production: true })), { headers: bearer })).status).toBe(200);
});

test.each([
  [{}, "The option 'token' of dashboard must be a text of 16 characters or more"],
  [{ token: 'short' }, "The option 'token' of dashboard"],
  [{ token, title: 1 }, "The option 'title' of dashboard must be a string"],
  [{ token, tokens: [] }, "dashboard has no option 'tokens'"],
])('the options %o are refused', (options, says) => {
  expect(() => dashboard(options as never)).toThrow(says);
});

test('what happens is sent as it happens, and `close` ends the connections', async () => {
  const handler = live();
  const address = await serve(handler);
  // Its name may be sent before its outcome.
  const sent = eventsUntil(address, '"outcome":"committed"');
  await useSession('look-up');
  expect(await sent).toContain('"name":"look-up"');
  const response = await fetch(`${address}?events`, { headers: bearer });
  handler.close();
  expect(await response.text()).toContain('"name":"look-up"');
  expect((await fetch(`${address}?events`, { headers: bearer })).status).toBe(503);
});

test('a HEAD request for the events has an end, too', async () => {
  const address = await serve(live());
  const { status, headers } = await fetch(`${address}?events`, { method: 'HEAD', headers: bearer });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
});

test('under Express it is middleware, under Fastify a handler of raw requests', async () => {
  const app = express().use('/session-guard', live());
  const inExpress = await serve(app);
  expect((await fetch(`${inExpress}session-guard`, { headers: bearer })).status).toBe(200);
  expect((await fetch(`${inExpress}session-guard`)).status).toBe(401);

  const handler = live();
  const server = fastify();
  onTestFinished(() => server.close());
  server.get('/session-guard', (request, reply) => {
    reply.hijack();
    handler(request.raw, reply.raw);
  });
  const inFastify = await server.listen({ port: 0, host: '127.0.0.1' });
  expect((await fetch(`${inFastify}/session-guard`, { headers: bearer })).status).toBe(200);
  expect((await fetch(`${inFastify}/session-guard`)).status).toBe(401);
});

/** A page of a browser that knows the token. */
async function openPage(address?: string): Promise<Page> {
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox'],
    timeout: patienceMS,
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ httpCredentials: { username: 'anyone', password: token } });
  page.setDefaultTimeout(patienceMS);
  if (address !== undefined) await page.goto(address);
  return page;
}

test('in a browser the page follows the process; while it is paused it stays as it is', async () => {
  const address = await serve(live());
  const page = await openPage();
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(address);
  await page.getByText('live', { exact: true }).waitFor();
  const sessions = () => page.locator('#matching').textContent();
  expect(await sessions()).toBe('0 sessions');
  await useSession('first');
  await expect.poll(sessions).toBe('1 session');
  await page.getByText('Pause').click();
  await useSession('second');
  await eventsUntil(address, '"name":"second"');
  expect(await sessions()).toBe('1 session');
  await page.getByText('Continue').click();
  await expect.poll(sessions).toBe('2 sessions');
  expect(errors).toEqual([]);
});

test('in a browser the page comes back after the service was refused and started anew', async () => {
  let handler: http.RequestListener = live({ title: 'before' });
  const address = await serve((request, response) => handler(request, response));
  const page = await openPage(address);
  await page.getByText('live', { exact: true }).waitFor();
  const closed = handler as Dashboard;
  const refused = new Promise<void>(resolve => {
    handler = ({ url }, response) => {
      response.writeHead(502).end();
      if (url === '/?events') resolve();
    };
  });
  closed.close();
  await refused;
  handler = live({ title: 'after' });
  await expect.poll(() => page.title()).toContain('after');
});
