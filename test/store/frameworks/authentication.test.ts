import { describe, expect, test } from 'vitest';
import { type AgingGround, agingGroundOf, agingGrounds, type Opened } from './support/aging-ground.ts';
import { routes as usual } from './support/routes.ts';
import type { AppOptions, Routes, Visit } from './support/visit.ts';

const minute = 60_000;

const routes: Routes = {
  ...usual,
  '/log-in': visit => visit.logIn('anna'),
  '/by-hand': async visit => {
    await visit.regenerate();
    visit.session['user'] = 'anna';
    await visit.save();
  },
  /** As @fastify/passport does it: the new session is stored before it has its user. */
  '/late': async visit => {
    await visit.regenerate();
    await visit.save();
    visit.session['user'] = 'anna';
    await visit.save();
  },
  '/confirm': async visit => {
    visit.session['before'] = 1;
    await visit.confirmAuthentication();
    visit.session['after'] = 2;
  },
  '/age': async ({ authenticationAge }) => authenticationAge,
  '/recent': async () => 'let in',
};

describe.each(agingGrounds)('$framework on $backend', ({ framework, backend }) => {
  const ground = agingGroundOf(framework, backend);
  const store = { userOf: (session: { user?: string }) => session.user };
  const here: Here = {
    open: own => ground.open({ routes, store, withinSeconds: 300, ...own }),
    pass: ms => ground.pass(ms),
  };
  guards(here);
  confirmations(here);
});

interface Here extends Pick<AgingGround, 'pass'> {
  open(own?: Partial<AppOptions>): Promise<Opened>;
}

const letIn = { status: 200, body: 'let in' };
const mustConfirm = { status: 403, body: 'ERR_SESSION_GUARD_STORE_REAUTHENTICATE' };
const mustLogIn = { status: 401, body: 'ERR_SESSION_GUARD_STORE_NOT_LOGGED_IN' };

function guards(here: Here): void {
  test.each(['/log-in', '/by-hand', '/late'])(
    '%s: lets in for so long, then asks for the password',
    async way => {
      const { browser } = await here.open();
      await browser.get('/start');
      expect(await browser.get('/recent')).toMatchObject(mustLogIn);
      expect((await browser.get(way)).status).toBe(200);
      expect(await browser.get('/recent')).toMatchObject(letIn);
      await here.pass(4 * minute);
      expect(await browser.get('/recent')).toMatchObject(letIn);
      await here.pass(2 * minute);
      expect(await browser.get('/recent')).toMatchObject(mustConfirm);
      expect((await browser.get('/')).status).toBe(200);
    },
  );

  test('a visitor without a session has to log in', async () => {
    const { browser } = await here.open();
    expect(await browser.get('/recent')).toMatchObject(mustLogIn);
    expect((await browser.get('/confirm')).body).toBe(mustLogIn.body);
  });

  test('a session tells how long ago it was, and only of somebody', async () => {
    const { browser } = await here.open();
    await browser.get('/start');
    expect((await browser.get('/age')).body).toBeNull();
    await browser.get('/log-in');
    await here.pass(10 * minute);
    const age = Number((await browser.get('/age')).body);
    expect(age).toBeGreaterThanOrEqual(600);
    expect(age).toBeLessThan(660);
  });
}

function confirmations(here: Here): void {
  test('a password that was given again opens the route, under a new id, and keeps the session', async () => {
    const { browser, sessions, events } = await here.open();
    await browser.get('/log-in');
    const old = browser.tab();
    const { id, handle } = (await browser.get('/id')).body as Visit;
    await here.pass(6 * minute);
    expect((await browser.get('/confirm')).status).toBe(200);
    expect(await browser.get('/recent')).toMatchObject(letIn);
    expect((await browser.get('/')).body).toEqual({ before: 1, after: 2 });
    const now = (await browser.get('/id')).body as Visit;
    expect([now.id === id, now.handle]).toEqual([false, handle]);
    expect(await sessions.list('anna')).toMatchObject([{ handle }]);
    // Whoever has the id from before gets nothing by it.
    expect(await old.get('/recent')).toMatchObject(mustConfirm);
    expect(events.slice(-2)).toMatchObject([
      { kind: 'rotate', handle },
      { kind: 're-authentication', handle },
    ]);
  });

  test('a session that has ended meanwhile is not confirmed', async () => {
    const { browser, sessions } = await here.open({
      routes: {
        ...routes,
        '/ended': async visit => {
          await sessions.destroyAll('anna');
          await visit.confirmAuthentication();
        },
      },
    });
    await browser.get('/log-in');
    expect((await browser.get('/ended')).body).toBe('ERR_SESSION_GUARD_STORE_ENDED');
    expect(await browser.get('/recent')).toMatchObject(mustLogIn);
    expect(await sessions.list('anna')).toEqual([]);
  });
}
