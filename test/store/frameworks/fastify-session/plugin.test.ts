import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryBackend, sessionStore } from '../../../../src/store/index.ts';
import { Browser } from '../support/browser.ts';
import { fastifyApp } from '../support/fastify-app.ts';
import { routes } from '../support/routes.ts';
import type { Routes } from '../support/visit.ts';

async function open(own: Routes, fails: { remove: boolean } = { remove: false }) {
  const backend = memoryBackend();
  const remove = backend.remove.bind(backend);
  Object.assign(backend, {
    remove: (...args: Parameters<typeof remove>) =>
      fails.remove ? Promise.reject(new Error('out of order')) : remove(...args),
  });
  const sessions = sessionStore<object>(backend, { keys: { tag: [randomBytes(32)] } });
  const app = await fastifyApp({ sessions, routes: { ...routes, ...own } });
  return { app, browser: new Browser(app.url) };
}

describe('the store under @fastify/session', () => {
  test('what the copy of the plugin keeps is a function, and in no JSON', async () => {
    const { app, browser } = await open({
      '/keys': async ({ session }) => ({
        keys: Object.keys(session).includes('__sessionGuard'),
        json: JSON.stringify(session).includes('__sessionGuard'),
      }),
    });
    await browser.get('/start');
    expect((await browser.get('/keys')).body).toEqual({ keys: true, json: false });
    await app.close();
  });

  test('when `regenerate` cannot end the old session, it rejects, and no new one is stored', async () => {
    const fails = { remove: false };
    let refused: unknown;
    const { app, browser } = await open(
      {
        '/fail': async visit => {
          fails.remove = true;
          refused = await visit.regenerate().catch((error: unknown) => error);
          fails.remove = false;
          return { handle: visit.handle ?? null };
        },
      },
      fails,
    );
    await browser.get('/start');
    expect((await browser.tab().get('/fail')).body).toEqual({ handle: null });
    expect(refused).toMatchObject({ code: 'ERR_SESSION_GUARD_STORE_UNAVAILABLE' });
    expect((await browser.get('/')).body).toEqual({ started: true });
    await app.close();
  });

  test('a session that is reloaded after its end is not stored again under its id', async () => {
    const { app, browser } = await open({
      '/reload': async visit => {
        await new Browser(app.url, browser.cookie).get('/end');
        await visit.reload();
        visit.session['again'] = true;
      },
    });
    await browser.get('/start');
    const { cookie } = browser;
    await browser.tab().get('/reload');
    expect((await new Browser(app.url, cookie).get('/')).body).toEqual({});
    expect(app.events).toMatchObject([{ name: 'sessionEnded', event: { during: 'save' } }]);
    await app.close();
  });
});

describe('a save under @fastify/session', () => {
  test('a change during a save is saved, too', async () => {
    const { app, browser } = await open({
      '/first': async visit => {
        const saving = visit.save();
        visit.session['during'] = 1;
        await saving;
      },
      '/next': async visit => {
        const saving = visit.save();
        delete visit.session['during'];
        visit.session['later'] = [1];
        await saving;
      },
    });
    await browser.get('/first');
    expect((await browser.get('/')).body).toEqual({ during: 1 });
    await browser.get('/next');
    expect((await browser.get('/')).body).toEqual({ later: [1] });
    await app.close();
  });

  test('a value whose JSON is another one each time does not keep a save from its end', async () => {
    let times = 0;
    const { app, browser } = await open({
      '/first': async visit => {
        visit.session['time'] = { toJSON: () => (times += 1) };
        await visit.save();
        visit.session['time'] = 0;
      },
    });
    expect((await browser.get('/first')).status).toBe(200);
    expect((await browser.get('/')).body).toEqual({ time: 0 });
    await app.close();
  });
});
