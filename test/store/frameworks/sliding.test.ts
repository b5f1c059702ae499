import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sessionStore } from '../../../src/store/index.ts';
import { refreshEvery } from '../../../src/store/options/settings.ts';
import { Random } from '../../../src/testing/store/support/random.ts';
import { type AgingBackend, agingBackends } from './support/aging-backends.ts';
import { Browser } from './support/browser.ts';
import { type Framework, frameworks } from './support/ground.ts';
import type { Routes } from './support/visit.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

interface Wanted {
  /** Of the cookie, in milliseconds; without it the session has the idle time of the store, half an hour. */
  readonly maxAge?: number;
  readonly touchAfterSeconds?: number;
}

const routes: Routes = {
  '/start': async ({ session }) => {
    session['count'] = 0;
  },
  '/': async ({ session }) => session['count'],
  '/write': async ({ session }) => {
    session['count'] = Number(session['count']) + 1;
    return session['count'];
  },
  '/save': async visit => {
    visit.session['count'] = Number(visit.session['count']) + 1;
    await visit.save();
    return visit.session['count'];
  },
  '/long': async ({ session }) => {
    session.cookie.maxAge = 14 * day;
    return 0;
  },
};

const grounds = (Object.keys(frameworks) as Framework[]).flatMap(framework =>
  Object.keys(agingBackends).map(backend => ({ framework, backend })),
);

interface Started {
  readonly browser: Browser;
  readonly pass: (ms: number) => Promise<unknown>;
}

type Start = (wanted: Wanted) => Promise<Started>;

describe.each(grounds)('$framework on $backend', ({ framework, backend }) => {
  let open: AgingBackend | undefined;
  beforeAll(async () => {
    open = await agingBackends[backend]?.();
  });
  afterAll(() => open?.close());

  const start: Start = async ({ maxAge, touchAfterSeconds }) => {
    const here = open;
    if (here === undefined) throw new Error(`there is no back end '${backend}'`);
    const keys = { tag: [randomBytes(32)] };
    const absoluteSeconds = (365 * day) / 1000;
    const app = await frameworks[framework]({
      sessions: sessionStore<object>(here.backend, { keys, timeoutMS: 60_000, absoluteSeconds }),
      routes,
      store: touchAfterSeconds === undefined ? {} : { touchAfterSeconds },
      ...(maxAge !== undefined && { maxAge }),
    });
    onTestFinished(() => app.close());
    const browser = new Browser(app.url);
    await browser.get('/start');
    return { browser, pass: async ms => here.pass(ms) };
  };
  usedRegularly(start);
  usedAtRandom(start);
});

function usedRegularly(start: Start): void {
  test('a save by the handler leaves the session the `maxAge` of its cookie', async () => {
    const { browser, pass } = await start({ maxAge: 10 * minute });
    for (let visit = 1; visit <= 4; visit += 1) {
      await pass(6 * minute);
      expect((await browser.get('/save')).body).toBe(visit);
    }
    await pass(9 * minute);
    expect((await browser.get('/')).body).toBe(4);
  });

  test('a visitor who comes every 6 minutes is there after two hours', async () => {
    const { browser, pass } = await start({});
    for (let visit = 0; visit < 20; visit += 1) {
      await pass(6 * minute);
      expect((await browser.get('/')).body).toBe(0);
    }
  });

  test('a cookie of 7 days that is used each day does not end at its 168th hour', async () => {
    const { browser, pass } = await start({ maxAge: 7 * day });
    for (let visit = 0; visit < 21; visit += 1) {
      await pass(day);
      expect((await browser.get('/')).body).toBe(0);
    }
  });

  test('a session that a log-in keeps for 14 days is kept for 14 days from each use on', async () => {
    const { browser, pass } = await start({});
    await browser.get('/long');
    for (const days of [13, 1, 13, 13]) {
      await pass(days * day);
      expect((await browser.get('/')).body).toBe(0);
    }
    await pass(14 * day + minute);
    expect((await browser.get('/')).body).toBeNull();
  });
}

function usedAtRandom(start: Start): void {
  test.each<Wanted>([
    {},
    { maxAge: 7 * day },
    { maxAge: 10 * minute, touchAfterSeconds: 0 },
    { maxAge: 14 * day, touchAfterSeconds: 43_200 },
    { maxAge: 5 * minute, touchAfterSeconds: 43_200 },
  ])('lives as long as is promised after uses at random times: %o', async wanted => {
    const { browser, pass } = await start(wanted);
    const { maxAge: idleMS = 30 * minute, touchAfterSeconds: after } = wanted;
    const everyMS = refreshEvery(after === undefined ? undefined : after * 1000, idleMS);
    // A request takes some time, too.
    const mostMS = idleMS - everyMS - minute / 4;
    const random = new Random(idleMS);
    for (let visit = 0, count = 0; visit < 15; visit += 1) {
      await pass(random.of(mostMS, Math.ceil(mostMS / 2), 1 + random.number(mostMS)));
      const path = random.of('/', '/write');
      if (path === '/write') count += 1;
      expect((await browser.get(path)).body).toBe(count);
    }
    await pass(idleMS + 1);
    expect((await browser.get('/')).body).toBeNull();
  });
}
