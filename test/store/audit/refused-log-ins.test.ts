import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';
import { backends } from '../frameworks/support/backends.ts';
import { groundOf, grounds } from '../frameworks/support/ground.ts';
import { passwordApps } from '../frameworks/support/password-apps.ts';
import { routes } from '../frameworks/support/routes.ts';
import { inSteps } from '../../../src/testing/store/support/samples.ts';
import { altered } from '../support/altered.ts';
import { heard, keys, secretUser, storesOn, shown } from './support/heard.ts';

describe.each(Object.keys(backends))('on %s', name => {
  const storeWith = storesOn(name);

  test('a log-in that a log-out everywhere refuses is emitted once, and not as a log-in', async () => {
    const sessions = storeWith();
    const user = `refused-${secretUser}`;
    const visitor = await sessions.create({});
    const own = await sessions.create({}, { user: `${user}-2` });
    const [login, again] = [await sessions.beginLogIn(user), await sessions.beginLogIn(`${user}-2`)];
    await sessions.destroyAll(user);
    await sessions.destroyAll(`${user}-2`, { except: own.handle });
    const events = heard(sessions);
    await expect(sessions.create({}, { user, login })).rejects.toThrow('logged out everywhere');
    expect(await sessions.rotate(visitor, { user, login })).toMatchObject({ ended: true });
    // In one step, where the back end has it: the user key stays.
    expect(await sessions.rotate(own, { user: `${user}-2`, login: again })).toMatchObject({ ended: true });
    const early = Date.now() - 3_600_000;
    await expect(sessions.create({}, { user, authenticatedAt: early })).rejects.toThrow('everywhere');
    const refused = { kind: 'log-in-refused', reason: 'logged out everywhere' };
    expect(shown(events)).toEqual([refused, refused, refused, refused]);
    expect(JSON.stringify(events)).not.toContain(secretUser);
  });

  test('a refused rotation without a log-in is not emitted as a refused log-in', async () => {
    const sessions = storeWith();
    const user = `swept-${secretUser}`;
    const session = await sessions.create({}, { user });
    await sessions.destroyAll(user);
    const events = heard(sessions);
    expect(await sessions.rotate(session)).toMatchObject({ ended: true });
    expect(events).toEqual([]);
  });
});

test('A log-in that was begun with other secrets in `keys.tag` is refused for that reason.', async () => {
  const backend = memoryBackend();
  const login = await sessionStore(backend, { keys: { tag: [randomBytes(32)] } }).beginLogIn(secretUser);
  const sessions = sessionStore(backend, { keys });
  const events = heard(sessions);
  await expect(sessions.create({}, { user: secretUser, login })).rejects.toThrow('other secrets in keys.tag');
  expect(shown(events)).toEqual([{ kind: 'log-in-refused', reason: 'other keys' }]);
});

test.each([
  ['a new id alone', false],
  ['a log-in', true],
])('%s whose session is kept out in the midst of it: it hears only of a log-in', async (_what, isLogIn) => {
  const user = secretUser;
  let inserts = 0;
  const backend = inSteps(
    altered(inner => ({
      async insert(session, call) {
        inserts += 1;
        const mark = { epoch: 'another', except: undefined, lifeMS: 60_000 };
        if (inserts === 2) await inner.endAll(session.userKey, user, mark, call);
        return inner.insert(session, call);
      },
    })),
  );
  const sessions = sessionStore(backend, { keys });
  const session = await sessions.create({}, { user });
  const login = await sessions.beginLogIn(user);
  const events = heard(sessions);
  expect(await sessions.rotate(session, isLogIn ? { user, login } : {})).toMatchObject({ ended: true });
  expect(shown(events)).toEqual(isLogIn ? [{ kind: 'log-in-refused', reason: 'logged out everywhere' }] : []);
});

const onMemory = grounds.filter(({ backend }) => backend === 'memory');

describe.each(onMemory)('under $framework', ({ framework, backend }) => {
  const ground = groundOf(framework, backend);

  test('a refused log-in is emitted once', async () => {
    const { browser, sessions } = await ground.open({
      routes: {
        ...routes,
        '/log-in': async visit => {
          const login = await sessions.beginLogIn(secretUser);
          await sessions.destroyAll(secretUser);
          await visit.logIn(secretUser, { login });
        },
      },
    });
    await browser.get('/start');
    const events = heard(sessions);
    expect((await browser.get('/log-in')).body).toBe('ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED');
    expect(events.map(({ kind }) => kind)).toEqual(['end', 'end', 'log-in-refused']);
  });
});

test.each(Object.entries(passwordApps))(
  'under %s a log-in that a revocation mark refuses is reported once',
  async (_framework, open) => {
    const sessions = sessionStore<object>(memoryBackend(), { keys });
    const app = await open({
      sessions,
      nameOf: ({ headers }) => headers['x-user'],
      check: async user => void (await sessions.destroyAll(user)),
    });
    onTestFinished(() => app.close());
    const events = heard(sessions);
    await fetch(`${app.url}/log-in`, { headers: { 'x-user': secretUser } });
    expect(shown(events).filter(({ kind }) => kind.startsWith('log-in'))).toEqual([
      { kind: 'log-in-refused', reason: 'logged out everywhere' },
    ]);
  },
);
