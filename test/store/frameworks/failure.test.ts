import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type SessionStore, sessionStore } from '../../../src/store/index.ts';
import { Browser } from './support/browser.ts';
import { type Framework, frameworks } from './support/ground.ts';
import { type OwnServer, ownServers } from './support/own-servers.ts';
import { routes } from './support/routes.ts';
import type { App } from './support/visit.ts';

const names = Object.keys(frameworks) as Framework[];
const keys = { tag: [randomBytes(32)] };
const isAnError = 'is an error, and neither a log-out nor an end of the requests that follow';

interface Ground {
  readonly server: OwnServer;
  readonly apps: ReadonlyMap<Framework, App>;
}

/** An application of each framework, on one server. */
async function groundOn(kind: string): Promise<Ground> {
  const server = await ownServers[kind]?.();
  if (server === undefined) throw new Error(`there is no server '${kind}'`);
  await sessionStore(server.backend, { keys, timeoutMS: 60_000 }).setUp();
  const sessions: SessionStore<object> = sessionStore(server.backend, { keys, timeoutMS: 1000 });
  const apps = new Map<Framework, App>();
  for (const name of names) apps.set(name, await frameworks[name]({ sessions, routes }));
  return { server, apps };
}

function appOf({ apps }: Ground, framework: Framework): App {
  const app = apps.get(framework);
  if (app === undefined) throw new Error(`there is no application with ${framework}`);
  return app;
}

async function started(app: App): Promise<Browser> {
  const browser = new Browser(app.url);
  // The first requests to a server that has just begun may take their time.
  await vi.waitFor(async () => expect(await browser.get('/start')).toMatchObject({ status: 200 }), 120_000);
  return browser;
}

/** No request succeeds, none logs out, and none ends the use of the store. */
async function allFail(app: App, browser: Browser): Promise<void> {
  const answers = await Promise.all([browser.get('/'), browser.get('/start'), browser.tab().get('/end')]);
  for (const { status, body, setCookie } of answers) {
    expect({ status, setCookie }).toEqual({ status: 500, setCookie: '' });
    expect(body).toMatch(/^ERR_SESSION_GUARD_STORE_(UNAVAILABLE|TIMEOUT)$/);
  }
  expect(app.events.filter(({ name }) => name === 'disconnect')).toEqual([]);
}

describe.each(Object.keys(ownServers))('On %s', kind => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await groundOn(kind);
  });
  afterAll(async () => {
    await Promise.all([...ground.apps.values()].map(app => app.close()));
    await ground.server.close();
  });

  test.each(names)(`with %s a server that is frozen ${isAnError}`, async framework => {
    const app = appOf(ground, framework);
    const browser = await started(app);
    const { cookie } = browser;
    ground.server.pause();
    await allFail(app, browser).finally(() => ground.server.resume());
    await vi.waitFor(async () => {
      expect((await new Browser(app.url, cookie).get('/')).body).toEqual({ started: true });
    }, 120_000);
  });

  test(`with ${names.join(' and ')} a server that is killed ${isAnError}`, async () => {
    const running = names.map(framework => appOf(ground, framework));
    const pairs = await Promise.all(running.map(async app => [app, await started(app)] as const));
    await ground.server.kill();
    await Promise.all(pairs.map(pair => allFail(...pair)));
  });
});
