import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backends } from './support/backends.ts';
import { Browser } from './support/browser.ts';
import { groundOf, races } from './support/ground.ts';
import { type NameOf, passwordApps, type Wanted } from './support/password-apps.ts';

/** A race is one of the adapter's: what a server adds is the way there. */
const times: Readonly<Record<string, number>> = { memory: 100, redis: 50, mongodb: 25, dynamodb: 25 };

/** The ways in which an application may know whose log-in it is. */
const names: Readonly<Record<string, NameOf | undefined>> = {
  'the id of the user': ({ headers }) => headers['x-user'],
  'a promise of the id': async ({ headers }) => headers['x-user'],
  'another name of the user': ({ headers }) => `${String(headers['x-user'])}@example.org`,
  'no name': undefined,
  'what is not a name': () => ({ $ne: null }),
  'an array': ({ headers }) => [headers['x-user']],
};

/** The back ends differ in how they give the time. */
const waysOn = ({ backend }: Here): string[] =>
  backend === 'memory' ? Object.keys(names) : ['the id of the user', 'no name'];

const apps = Object.keys(passwordApps) as (keyof typeof passwordApps)[];
const grounds = apps.flatMap(name => Object.keys(backends).map(backend => ({ name, backend })));

interface Here {
  readonly backend: string;
  readonly open: (
    wanted: Pick<Wanted, 'nameOf' | 'check'>,
  ) => Promise<{ url: string; sessions: Wanted['sessions'] }>;
}

/** Longer than a clock may be misjudged by: the answers of DynamoDB tell its time to the second. */
const misjudgedMS: Readonly<Record<string, number>> = { dynamodb: 2000 };

let users = 0;
const newUser = (): string => {
  users += 1;
  return `guarded-${users}`;
};

describe.each(grounds)('$name on $backend', ({ name, backend }) => {
  const ground = groundOf('express-session', backend);
  const here: Here = {
    backend,
    async open(wanted) {
      const sessions = ground.sessions();
      const app = await passwordApps[name]({ sessions, ...wanted });
      onTestFinished(() => app.close());
      return { url: app.url, sessions };
    },
  };
  stopped(here);
  admitted(here);
});

function stopped(here: Here): void {
  test.each(waysOn(here))(
    'with %s, a log-out everywhere during the password check stops the log-in',
    async way => {
      const { url, sessions } = await here.open({
        nameOf: names[way],
        async check(user) {
          await setTimeout(5);
          await sessions.destroyAll(user);
          await setTimeout(5);
        },
      });
      const user = newUser();
      const browser = new Browser(url);
      const { status, body } = await browser.get('/log-in', { 'x-user': user });
      expect(status).toBe(500);
      expect(JSON.stringify(body)).toContain('ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED');
      expect((await browser.get('/')).body).toBeNull();
      expect(await sessions.list(user)).toEqual([]);
    },
  );

  test('without `guardLogIn` it does not, which is why there is one', async () => {
    const { url, sessions } = await here.open({
      nameOf: 'no guard',
      check: async user => void (await sessions.destroyAll(user)),
    });
    const user = newUser();
    const browser = new Browser(url);
    await browser.get('/log-in', { 'x-user': user });
    expect((await browser.get('/')).body).toBe(user);
  });
}

function admitted(here: Here): void {
  test.each(waysOn(here))('with %s, a log-in after a log-out everywhere succeeds', async way => {
    const { url, sessions } = await here.open({ nameOf: names[way], check: async () => {} });
    const user = newUser();
    await sessions.destroyAll(user);
    const browser = new Browser(url);
    const isIn = async () => (await browser.get('/log-in', { 'x-user': user })).status === 200;
    // On a busy machine it may be misjudged by more.
    let pauseMS = misjudgedMS[here.backend] ?? 50;
    for (await setTimeout(pauseMS); pauseMS < 10_000 && !(await isIn()); pauseMS *= 2)
      await setTimeout(pauseMS);
    expect((await browser.get('/')).body).toBe(user);
    expect(await sessions.list(user)).toHaveLength(1);
  });

  test.each(['the id of the user', 'no name'])(
    'with %s, beside a log-out everywhere: refused, or begun after it and listed',
    async way => {
      const ended = new Map<string, number>();
      const begun = new Map<string, number>();
      const { url, sessions } = await here.open({
        nameOf: request => {
          begun.set(String(request.headers['x-user']), performance.now());
          return names[way]?.(request);
        },
        check: () => setTimeout(Math.random() * 4),
      });
      const wrong: string[] = [];
      await races(times[here.backend] ?? 25, async index => {
        const user = `${way}-${index}`;
        const browser = new Browser(url);
        const logIn = browser.get('/log-in', { 'x-user': user });
        await setTimeout(Math.random() * 6);
        const asked = performance.now();
        await sessions.destroyAll(user);
        ended.set(user, performance.now());
        await logIn;
        const isIn = (await browser.get('/')).body === user;
        const listed = await sessions.list(user);
        if (listed.length !== (isIn ? 1 : 0)) wrong.push(`${user}: in the list`);
        if (isIn && (begun.get(user) ?? 0) < asked) wrong.push(`${user}: alive`);
      });
      expect(wrong).toEqual([]);
    },
  );
}
