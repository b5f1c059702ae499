import { randomBytes } from 'node:crypto';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../../scripts/servers/redis/redis.mjs';
import { sessionStore } from '../../../src/store/index.ts';
import { redisBackend } from '../../../src/store/redis/index.ts';
import { Browser } from './support/browser.ts';
import { type Framework, frameworks } from './support/ground.ts';
import { routes } from './support/routes.ts';

const names = Object.keys(frameworks) as Framework[];

describe.each(names)('%s', framework => {
  test.each(['killed', 'frozen'] as const)(
    'a server that is %s is an error, and neither a log-out nor an end of the requests that follow',
    async how => {
      const server = await startRedis();
      const client = createClient({ url: server.url });
      client.on('error', () => {});
      await client.connect();
      const sessions = sessionStore<object>(redisBackend(client), {
        keys: { tag: [randomBytes(32)] },
        timeoutMS: 500,
      });
      const app = await frameworks[framework]({ sessions, routes });
      onTestFinished(async () => {
        await app.close();
        client.destroy();
        if (how === 'frozen') server.resume();
        await server.stop();
      });
      const browser = new Browser(app.url);
      await browser.get('/start');
      const { cookie } = browser;
      if (how === 'killed') await server.kill();
      else server.pause();
      const answers = await Promise.all([browser.get('/'), browser.get('/start'), browser.tab().get('/end')]);
      for (const { status, body, setCookie } of answers) {
        expect({ status, setCookie }).toEqual({ status: 500, setCookie: '' });
        expect(body).toMatch(/^ERR_SESSION_GUARD_STORE_(UNAVAILABLE|TIMEOUT)$/);
      }
      expect(app.events.filter(({ name }) => name === 'disconnect')).toEqual([]);
      if (how === 'killed') return;
      server.resume();
      expect((await new Browser(app.url, cookie).get('/')).body).toEqual({ started: true });
    },
    60_000,
  );
});
