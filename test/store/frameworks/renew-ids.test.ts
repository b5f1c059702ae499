import { describe, expect, test } from 'vitest';
import type { Browser } from './support/browser.ts';
import { type AgingGround, agingGroundOf, agingGrounds, type Opened } from './support/aging-ground.ts';
import { minute, renewed, routes, user } from './support/renewal-routes.ts';
import type { AppOptions, Visit } from './support/visit.ts';

interface Here extends Pick<AgingGround, 'framework' | 'pass'> {
  open(own?: Partial<AppOptions>): Promise<Opened>;
}

describe.each(agingGrounds)('$framework on $backend', ({ framework, backend }) => {
  const ground = agingGroundOf(framework, backend);
  const here: Here = {
    framework,
    open: own => ground.open({ routes, renewIds: { afterSeconds: 600 }, ...own }),
    pass: ms => ground.pass(ms),
  };
  renewals(here);
  lives(here);
  gracePeriods(here);
});

const idOf = async (browser: Browser) => ((await browser.get('/id')).body as Visit).id;

function renewals(here: Here): void {
  test('an id that is old enough is renewed at the next request, once, and the session is the same', async () => {
    const { browser, sessions, events } = await here.open();
    await browser.get('/log-in');
    const first = await idOf(browser);
    const [before] = await sessions.list(user);
    await here.pass(9 * minute);
    expect(await idOf(browser)).toBe(first);
    await here.pass(2 * minute);
    const cookie = browser.cookie;
    expect((await browser.get('/')).setCookie).not.toBe('');
    expect(browser.cookie).not.toBe(cookie);
    const second = await idOf(browser);
    expect(second).not.toBe(first);
    expect((await browser.get('/')).body).toEqual({ name: 'Anna' });
    expect(await sessions.list(user)).toMatchObject([{ handle: before?.handle }]);
    await here.pass(9 * minute);
    expect(await idOf(browser)).toBe(second);
    await here.pass(2 * minute);
    expect(await idOf(browser)).not.toBe(second);
    expect(renewed(events)).toBe(2);
    await sessions.destroyAll(user);
    expect((await browser.get('/')).body).toEqual({});
  });

  test('a session without a user is renewed, too; a request without a session gets none', async () => {
    const { browser, events } = await here.open();
    expect((await browser.get('/nothing')).setCookie).toBe('');
    await browser.get('/start');
    const first = await idOf(browser);
    await here.pass(11 * minute);
    expect(await idOf(browser)).not.toBe(first);
    expect((await browser.get('/')).body).toEqual({ started: true });
    expect(renewed(events)).toBe(1);
  });

  test('the log-out by a new id or by an old one ends both', async () => {
    for (const way of ['new', 'old']) {
      const { browser } = await here.open();
      await browser.get('/start');
      const old = browser.tab();
      await here.pass(11 * minute);
      await browser.get('/');
      await (way === 'new' ? browser : old.tab()).get('/end');
      for (const one of [browser, old]) expect((await one.get('/')).body).toEqual({});
    }
  });
}

function lives(here: Here): void {
  test('the life that a cookie gives its session stays', async () => {
    const { browser } = await here.open({ maxAge: 20 * minute });
    await browser.get('/start');
    await here.pass(11 * minute);
    expect((await browser.get('/')).setCookie).toMatch(/expires=/i);
    await here.pass(19 * minute);
    expect((await browser.get('/')).body).toEqual({ started: true });
    await here.pass(21 * minute);
    expect((await browser.get('/')).body).toEqual({});
  });

  // An `expires` of express-session is a `maxAge` to it.
  test.runIf(here.framework === '@fastify/session')(
    'an end that the cookie has set is not moved',
    async () => {
      const { browser, events } = await here.open();
      await browser.get('/until');
      await here.pass(11 * minute);
      expect((await browser.get('/')).body).toEqual({ until: 20 });
      await here.pass(8 * minute);
      expect((await browser.get('/')).body).toEqual({ until: 20 });
      await here.pass(2 * minute);
      expect((await browser.get('/')).body).toEqual({});
      expect(renewed(events)).toBe(1);
    },
  );
}

function gracePeriods(here: Here): void {
  test('the old id reads the data of the rotation until the grace is over, and its answers set no cookie', async () => {
    const { browser, events } = await here.open({ renewIds: { afterSeconds: 600, graceSeconds: 100 } });
    await browser.get('/start');
    const old = browser.tab();
    await here.pass(11 * minute);
    await browser.get('/one');
    expect(await old.get('/')).toMatchObject({ body: { started: true }, setCookie: '' });
    await here.pass(101_000);
    expect((await old.get('/')).body).toEqual({});
    expect((await browser.get('/')).body).toEqual({ started: true, one: 1 });
    expect(renewed(events)).toBe(1);
  });

  test('a browser that has missed the answer gets a new id in the second half of the grace', async () => {
    const { browser, events } = await here.open({ renewIds: { afterSeconds: 600, graceSeconds: 100 } });
    await browser.get('/start');
    const missed = browser.tab();
    await here.pass(11 * minute);
    await browser.get('/one');
    await here.pass(60_000);
    await missed.get('/two');
    await here.pass(101_000);
    expect((await missed.get('/')).body).toEqual({ started: true, one: 1, two: 2 });
    expect((await browser.get('/')).body).toEqual({});
    expect(renewed(events)).toBe(2);
  });

  test('a change by the old id goes where the session has gone, and is lost by nobody', async () => {
    const { app, browser } = await here.open();
    await browser.get('/start');
    const old = browser.tab();
    await here.pass(11 * minute);
    await browser.get('/one');
    expect((await old.tab().get('/two')).status).toBe(200);
    expect((await browser.get('/')).body).toEqual({ started: true, one: 1, two: 2 });
    expect(app.events).toEqual([]);
  });
}
