import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ReportData } from '../../../src/report/data/report-data.ts';
import { dashboard } from '../../../src/services/dashboard/index.ts';
import { LiveReport } from '../../../src/services/dashboard/live-report.ts';
import { bearer, eventsUntil, live, serve, token, useSession } from './support/live.ts';

afterEach(() => vi.unstubAllEnvs());

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

/** The first event that is sent for what the viewer has. */
async function firstEvent(address: string, known: string, lastEventId?: string) {
  const headers = { ...bearer, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
  const response = await fetch(`${address}?events=${known}`, { headers });
  let read = '';
  for await (const chunk of response.body ?? []) {
    read += Buffer.from(chunk).toString();
    if (read.endsWith('\n\n')) break;
  }
  const [, id = '', data = ''] = /^id: (.*)\ndata: (.*)\n\n$/.exec(read) ?? [];
  const { sessions, findings }: ReportData = JSON.parse(data);
  return { id, sessions: sessions.length, findings: findings.length };
}

describe('what a viewer has is not sent again', () => {
  test('neither the data of the page itself, nor the data from before the break of the connection', async () => {
    const address = await serve(live());
    await useSession('first');
    const page = await (await fetch(address, { headers: bearer })).text();
    const [, text = ''] = /id="data"[^>]*>(.*)<\/script>/.exec(page) ?? [];
    const { start, revision, sessions }: ReportData = JSON.parse(text);
    expect(sessions).toHaveLength(1);
    const known = `${start}.${revision}`;
    expect(await firstEvent(address, known)).toEqual({ id: known, sessions: 0, findings: 0 });
    await useSession('second');
    const news = await firstEvent(address, known);
    expect(news.sessions).toBe(1);
    expect(await firstEvent(address, known, news.id)).toMatchObject({ sessions: 0 });
    expect(await firstEvent(address, `${start - 1}.${revision}`)).toMatchObject({ sessions: 2 });
  });

  test('a slow viewer gets in one event all that it has missed', async () => {
    const report = new LiveReport('shop');
    onTestFinished(() => report.close());
    const taken: string[] = [];
    let take: (() => void) | undefined;
    const viewer = new Writable({
      write(chunk, _encoding, done) {
        taken.push(String(chunk));
        take = done;
      },
    });
    report.send(viewer as unknown as ServerResponse, undefined);
    for (const name of ['first', 'second', 'third']) {
      await useSession(name);
      // It is asked each second: nothing more is written until it has taken the first event.
      await new Promise(resolve => setTimeout(resolve, 1100));
    }
    expect(taken).toHaveLength(1);
    take?.();
    await expect.poll(() => taken.length, { timeout: 30_000 }).toBe(2);
    for (const name of ['first', 'second', 'third']) expect(taken[1]).toContain(`"name":"${name}"`);
    viewer.destroy();
  });
});
