import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type AgingGround, agingGroundOf } from './support/aging-ground.ts';
import { Browser } from './support/browser.ts';
import { gate } from '../../support/gate.ts';
import { raceCount } from '../../support/race-count.ts';
import { type Ground, grounds, groundOf, races } from './support/ground.ts';
import { routes } from './support/routes.ts';
import type { Routes } from './support/visit.ts';

/** A race is one of the adapter's: what a server adds is the way there. */
const times: Readonly<Record<string, number>> = { redis: 50, mongodb: 40, dynamodb: 20 };

interface Here {
  readonly ground: Ground;
  readonly count: number;
}

const minute = 60_000;

describe.each(grounds)('$framework on $backend', ({ framework, backend }) => {
  const here = { ground: groundOf(framework, backend), count: raceCount(times[backend] ?? 50) };
  parallelRequests(here);
  logOuts(here);
  expiries(agingGroundOf(framework, backend));
});

function parallelRequests({ ground, count }: Here): void {
  test('parallel requests that set different fields lose none', async () => {
    const { browser } = await ground.open({
      routes: {
        ...routes,
        ...fieldRoutes(2, async () => {
          await setTimeout(2);
        }),
      },
    });
    const kept: unknown[] = [];
    await races(count, async () => {
      const own = browser.tab();
      await own.get('/start');
      await Promise.all([own.tab().get('/field-0'), own.tab().get('/field-1')]);
      kept.push((await own.get('/')).body);
    });
    expect(kept.filter(body => JSON.stringify(body).split('field').length === 3)).toHaveLength(count);
  });
}

function logOuts({ ground, count }: Here): void {
  test('a request that writes after the log-out has answered brings no session back, and is named', async () => {
    const arrived = gate();
    const logOut = gate();
    const { browser, app } = await ground.open({
      routes: {
        ...routes,
        '/slow': async ({ session }) => {
          arrived.open();
          await logOut.opened;
          session['late'] = true;
        },
      },
    });
    await browser.get('/start');
    const old = browser.tab();
    const slow = browser.tab().get('/slow');
    await arrived.opened;
    await browser.get('/end');
    logOut.open();
    await slow;
    expect((await old.get('/')).body).toEqual({});
    expect(app.events.map(({ name }) => name)).toContain('sessionEnded');
  });

  test('no session is alive after a log-out while a slow request wrote', async () => {
    const { browser, app } = await ground.open({
      routes: {
        ...routes,
        '/slow': async ({ session }) => {
          await setTimeout(Math.random() * 8);
          session['late'] = true;
        },
      },
    });
    const alive: unknown[] = [];
    await races(count, async () => {
      const own = browser.tab();
      await own.get('/start');
      const slow = own.tab().get('/slow');
      await setTimeout(Math.random() * 4);
      const cookie = own.cookie;
      await Promise.all([slow, own.tab().get('/end')]);
      const { body } = await new Browser(app.url, cookie).get('/');
      if (JSON.stringify(body) !== '{}') alive.push(body);
    });
    expect(alive).toEqual([]);
  });
}

function expiries(ground: AgingGround): void {
  test('a use after the end of a session does not bring it back', async () => {
    const { browser, app } = await ground.open({
      maxAge: minute,
      store: { touchAfterSeconds: 0 },
      routes: {
        ...routes,
        '/wait': async ({ session }) => {
          await ground.pass(minute + 1000);
          if (session['started'] === undefined) session['started'] = 'anew';
        },
      },
    });
    await browser.get('/start');
    const old = browser.tab();
    expect((await old.tab().get('/wait')).status).toBe(200);
    expect((await old.get('/')).body).toEqual({});
    expect(app.events).toContainEqual({
      name: 'sessionEnded',
      event: expect.objectContaining({ handle: expect.any(String) }) as unknown,
    });
  });

  test('each use moves the expiry with `touchAfterSeconds: 0`, and a changed `maxAge` may shorten it', async () => {
    const { browser } = await ground.open({
      maxAge: 20 * minute,
      store: { touchAfterSeconds: 0 },
      routes: {
        ...routes,
        '/shorten': async ({ session }) => {
          session.cookie.maxAge = minute;
        },
      },
    });
    await browser.get('/start');
    for (let use = 0; use < 3; use += 1) {
      await ground.pass(11 * minute);
      expect((await browser.get('/')).body).toEqual({ started: true });
    }
    const old = browser.tab();
    await browser.get('/shorten');
    await ground.pass(minute + 1000);
    expect((await old.get('/')).body).toEqual({});
  });
}

function fieldRoutes(count: number, pause: () => Promise<void>): Routes {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `/field-${n}`,
      async ({ session }) => {
        await pause();
        session[`field${n}`] = n;
      },
    ]),
  ) as Routes;
}
