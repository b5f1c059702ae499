import express from 'express';
import session from 'express-session';
import { expect, test } from 'vitest';
import { served } from '../../../support/served.ts';
import { ExpressSessionStore } from '../../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend } from '../../../../src/store/index.ts';
import { Browser } from '../support/browser.ts';
import { storeOn } from '../../support/altered.ts';

const minute = 60_000;
type Data = session.SessionData & { user?: string };

/** The middleware makes the ids, so that sessions lie under other keys than their user's. */
async function opened() {
  let now = Date.now();
  const sessions = storeOn(memoryBackend({ now: () => now }));
  const store = new ExpressSessionStore(sessions, { userOf: (data: Data) => data.user });
  const app = express();
  app.use(session({ store, secret: 'a secret of the tests', resave: false, saveUninitialized: false }));
  app.use(store.renewIds({ afterSeconds: 600, graceSeconds: 60 }));
  app.get('/log-in', (req, res, next) => {
    req.session.regenerate(error => {
      Object.assign(req.session, { user: 'anna' });
      if (error) next(error);
      else res.json(null);
    });
  });
  app.get('/', (req, res) => res.json((req.session as Partial<Data>).user ?? null));
  const url = await served(app);
  const browser = new Browser(url);
  await browser.get('/log-in');
  return { sessions, browser, pass: (ms: number) => void (now += ms) };
}

test('A session whose id the middleware has made is renewed, and its user has it in the list once.', async () => {
  const { sessions, browser, pass } = await opened();
  const [first] = await sessions.list('anna');
  for (let time = 0; time < 3; time += 1) {
    const { cookie } = browser;
    pass(11 * minute);
    expect((await browser.get('/')).body).toBe('anna');
    expect(browser.cookie).not.toBe(cookie);
    expect(await sessions.list('anna')).toMatchObject([{ handle: first?.handle }]);
    pass(2 * minute);
    expect(await sessions.list('anna')).toMatchObject([{ handle: first?.handle }]);
  }
});

test.each([0, 2])(
  'A log-out everywhere %i minutes after the renewal ends it, by each of its ids.',
  async minutes => {
    const { sessions, browser, pass } = await opened();
    const old = browser.tab();
    pass(11 * minute);
    await browser.get('/');
    pass(minutes * minute);
    expect(await sessions.destroyAll('anna')).toBe(1);
    expect((await browser.get('/')).body).toBeNull();
    expect((await old.get('/')).body).toBeNull();
    expect(await sessions.list('anna')).toEqual([]);
  },
);
