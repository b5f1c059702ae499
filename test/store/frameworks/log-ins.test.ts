import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { raceCount } from '../../support/race-count.ts';
import { type Ground, grounds, groundOf, races } from './support/ground.ts';
import { routes as usual } from './support/routes.ts';
import type { Routes, Visit } from './support/visit.ts';

/** A race is one of the adapter's: what a server adds is the way there. */
const times: Readonly<Record<string, number>> = { redis: 50, mongodb: 20, dynamodb: 10 };

const userOf = (session: { user?: string }) => session.user;

let users = 0;

/** Nobody else's: the tests of one back end share it. */
function newUser(): string {
  users += 1;
  return `user-${users}`;
}

function logInRoutes(user: string): Routes {
  return {
    ...usual,
    '/log-in': visit => visit.logIn(user),
    /** As passport does it. */
    '/by-hand': async visit => {
      await visit.regenerate();
      visit.session['user'] = user;
      await visit.save();
    },
    '/without-new-id': async ({ session }) => {
      session['user'] = user;
    },
  };
}

const ways = ['/log-in', '/by-hand'] as const;

interface Here {
  readonly ground: Ground;
  readonly count: number;
}

function open({ ground }: Here, user: string, routes: Routes = {}, store: object = {}) {
  return ground.open({ store: { userOf, ...store }, routes: { ...logInRoutes(user), ...routes } });
}

describe.each(grounds)('$framework on $backend', ({ framework, backend }) => {
  const here = { ground: groundOf(framework, backend), count: raceCount(times[backend] ?? 50) };
  listedLogIns(here);
  logInsBesideLogOuts(here);
  limits(here);
  refusals(here);
});

function listedLogIns(here: Here): void {
  test.each(ways)('%s: the user has it in the list, under the handle that the request knows', async way => {
    const user = newUser();
    const { browser, sessions } = await open(here, user);
    await browser.get('/start');
    const old = browser.tab();
    expect((await browser.get(way)).status).toBe(200);
    const { handle } = (await browser.get('/id')).body as Visit;
    expect(await sessions.list(user)).toMatchObject([{ handle }]);
    expect((await old.get('/')).body).toEqual({});
  });

  test.each(ways)('%s: a log-out everywhere but here ends the others', async way => {
    const user = newUser();
    const { browser, app, sessions } = await open(here, user, {
      '/end-others': async ({ handle = '' }) => sessions.destroyAll(user, { except: handle }),
    });
    const others = [new Browser(app.url), new Browser(app.url)];
    for (const one of [browser, ...others]) await one.get(way);
    expect((await browser.get('/end-others')).body).toBe(2);
    for (const one of others) expect(await handleIn(one)).toBeUndefined();
    expect(await sessions.list(user)).toMatchObject([{ handle: await handleIn(browser) }]);
    expect(await sessions.destroyAll(user)).toBe(1);
    expect(await handleIn(browser)).toBeUndefined();
  });

  test.each(ways)('%s: one can be ended by its handle, and a log-out takes it off the list', async way => {
    const user = newUser();
    const { browser, app, sessions } = await open(here, user);
    const other = new Browser(app.url);
    for (const one of [browser, other]) await one.get(way);
    expect(await sessions.destroyByHandle(user, (await handleIn(other)) ?? '')).toBe(true);
    expect(await handleIn(other)).toBeUndefined();
    await browser.get('/end');
    expect(await sessions.list(user)).toEqual([]);
  });
}

function logInsBesideLogOuts(here: Here): void {
  test.each(ways)(
    '%s beside a log-out everywhere: it is dead, or a log-in after it that is listed',
    async way => {
      const { app, sessions } = await open(here, '', {
        '/race': async visit => raced(visit, way),
      });
      const lost: string[] = [];
      await races(here.count, async index => {
        const user = `${way}-${index}`;
        const own = new Browser(app.url);
        const logIn = own.get('/race', { 'user-agent': user });
        await setTimeout(Math.random() * 4);
        await sessions.destroyAll(user);
        await logIn;
        const isIn = await isLoggedIn(own, way);
        const listed = await sessions.list(user);
        if (listed.length !== (isIn ? 1 : 0)) lost.push(user);
        await sessions.destroyAll(user);
        if (await isLoggedIn(own, way)) lost.push(user);
      });
      expect(lost).toEqual([]);
    },
  );

  test('a log-in that began before a log-out everywhere is refused, and leaves no session', async () => {
    const user = newUser();
    const { browser, sessions } = await open(here, user, {
      '/refused': async visit => {
        const login = await sessions.beginLogIn(user);
        await sessions.destroyAll(user);
        await visit.logIn(user, { login });
      },
    });
    expect(await browser.get('/refused')).toMatchObject({
      status: 500,
      body: 'ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED',
    });
    expect(await sessions.list(user)).toEqual([]);
    expect(await handleIn(browser)).toBeUndefined();
  });
}

function limits(here: Here): void {
  test('with `maxPerUser` the newest log-in stays, also if its session is older than that of the log-in before', async () => {
    const user = newUser();
    const store = { userOf, onUserChange: 'report' } as const;
    const { browser, app } = await here.ground.open({
      store,
      routes: logInRoutes(user),
      sessionOptions: { maxPerUser: 1 },
    });
    await browser.get('/start');
    const other = new Browser(app.url);
    await other.get('/start');
    await other.get('/without-new-id');
    await browser.get('/without-new-id');
    expect((await browser.get('/')).body).toEqual({ started: true, user });
    expect((await other.get('/')).body).toEqual({});
  });
}

function refusals(here: Here): void {
  test('with `onUserChange: report` a user that changes without a new id is reported, and found by the log-out everywhere', async () => {
    const user = newUser();
    const { browser, app, sessions } = await open(here, user, {}, { onUserChange: 'report' });
    await browser.get('/start');
    await browser.get('/without-new-id');
    const handle = await handleIn(browser);
    expect(app.events).toEqual([{ name: 'userChanged', event: { handle, from: 'nobody' } }]);
    expect(await sessions.list(user)).toMatchObject([{ handle }]);
    expect(await sessions.destroyAll(user)).toBe(1);
    expect(await handleIn(browser)).toBeUndefined();
  });

  test('a user who logs in under the id from before is refused: an attacker may know it', async () => {
    const user = newUser();
    const {
      browser: attacker,
      app,
      sessions,
    } = await open(here, user, {
      '/refused': async visit => {
        visit.session['user'] = user;
        await visit.save().finally(() => delete visit.session['user']);
      },
    });
    await attacker.get('/start');
    const victim = new Browser(app.url, attacker.cookie);
    const refused = { status: 500, body: 'ERR_SESSION_GUARD_STORE_USER_CHANGED' };
    expect(await victim.get('/refused')).toMatchObject(refused);
    expect(await sessions.list(user)).toEqual([]);
    expect((await attacker.get('/')).body).toEqual({ started: true });
    expect(app.events).toEqual([]);
  });

  test('a session that had its user before `userOf` was given is saved, and found by the log-out everywhere', async () => {
    const user = newUser();
    const { ground } = here;
    const before = await ground.open({ routes: logInRoutes(user) });
    await before.browser.get('/by-hand');
    const { app, sessions } = await open(here, user);
    const same = new Browser(app.url, before.browser.cookie);
    await same.get('/start');
    expect((await same.get('/')).body).toMatchObject({ user, started: true });
    expect(app.events).toEqual([]);
    expect(await sessions.destroyAll(user)).toBe(1);
    expect((await same.get('/')).body).toEqual({});
  });
}

async function handleIn(browser: Browser): Promise<string | undefined> {
  return ((await browser.tab().get('/id')).body as Partial<Visit>).handle;
}

/** A refused log-in may leave a session without a user: @fastify/session stores a new session at once. */
async function isLoggedIn(browser: Browser, way: (typeof ways)[number]): Promise<boolean> {
  if (way === '/log-in') return (await handleIn(browser)) !== undefined;
  return ((await browser.tab().get('/')).body as { user?: unknown }).user !== undefined;
}

/** Logs in the user that the request names as its browser. */
async function raced(visit: Visit, way: (typeof ways)[number]): Promise<void> {
  const user = visit.agent;
  if (way === '/log-in') return visit.logIn(user);
  await visit.regenerate();
  visit.session['user'] = user;
  await visit.save();
}
