import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, sessionStore, type SessionStoreOptions } from '../../../src/store/index.ts';
import { Browser } from './support/browser.ts';
import { type Framework, frameworks } from './support/ground.ts';

const day = 24 * 3600 * 1000;
const warnings: (Error & { code?: string })[] = [];
const note = (warning: Error): void => void warnings.push(warning);

beforeEach(() => {
  warnings.length = 0;
  process.on('warning', note);
});
afterEach(() => {
  process.off('warning', note);
});

function sessionsOf(options: Partial<SessionStoreOptions> = {}) {
  return sessionStore<object>(memoryBackend(), { keys: { tag: [randomBytes(32)] }, ...options });
}

async function warned(): Promise<readonly string[]> {
  await new Promise(resolve => {
    setImmediate(resolve);
  });
  return warnings.filter(({ code }) => code === 'SESSION_GUARD_STORE_LIFE_CUT').map(({ message }) => message);
}

const routes = {
  '/start': async ({ session }: { session: Record<string, unknown> }) => {
    session['started'] = true;
  },
};

test.each(Object.keys(frameworks) as Framework[])(
  'a cookie of %s that says more than its session lives is reported once, with both times',
  async framework => {
    const maxAge = (framework === 'express-session' ? 90 : 91) * day;
    const app = await frameworks[framework]({ sessions: sessionsOf(), routes, maxAge });
    await new Browser(app.url).get('/start');
    await new Browser(app.url).get('/start');
    await app.close();
    const messages = await warned();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(`is ${maxAge / 1000} s, and absoluteSeconds of the store 2592000`);
  },
);

test('with express-session the warning comes before a session is stored', async () => {
  const store = new ExpressSessionStore(sessionsOf());
  store.generate = request => {
    Object.assign(request, { session: { cookie: { originalMaxAge: 92 * day } } });
  };
  store.generate({ session: {} });
  expect(await warned()).toHaveLength(1);
});

test('a cookie that does not outlast its session gives no warning', async () => {
  const sessions = sessionsOf({ absoluteSeconds: (90 * day) / 1000 });
  const app = await frameworks['express-session']({ sessions, routes, maxAge: 90 * day });
  await new Browser(app.url).get('/start');
  await app.close();
  expect(await warned()).toEqual([]);
});

test('an `idleSeconds` of `create` beyond the absolute end gives one warning', async () => {
  const sessions = sessionsOf();
  for (const days of [93, 94]) {
    const { expiresAt, absoluteEnd } = await sessions.create({}, { idleSeconds: (days * day) / 1000 });
    expect(expiresAt).toBe(absoluteEnd);
  }
  await sessions.create({}, { idleSeconds: (95 * day) / 1000, absoluteSeconds: (95 * day) / 1000 });
  expect(await warned()).toEqual([expect.stringContaining('An idleSeconds of create is 8035200 s')]);
});

test('a user that is an ObjectId is refused, and the message names the right value', async () => {
  const store = new ExpressSessionStore(sessionsOf(), {
    userOf: () => ({ toHexString: () => 'f00' }) as never,
  });
  const error = await new Promise(resolve => {
    store.set('an id', { cookie: {} } as never, resolve);
  });
  expect(error).toMatchObject({
    code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT',
    message: expect.stringContaining('userOf gave an ObjectId (give its text: String(user._id))'),
  });
});
