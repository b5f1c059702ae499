import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';
import { backends } from '../frameworks/support/backends.ts';
import { groundOf, grounds } from '../frameworks/support/ground.ts';
import { routes } from '../frameworks/support/routes.ts';
import { heard, keys, secretUser, storesOn, shown } from './support/heard.ts';

describe.each(Object.keys(backends))('on %s', name => {
  const storeWith = storesOn(name);

  test('each step of a session is reported once, without id, user and data', async () => {
    const sessions = storeWith();
    const events = heard(sessions);
    const visitor = await sessions.create({ secret: 'in the data' });
    const login = await sessions.beginLogIn(secretUser);
    const own = await sessions.rotate(visitor, { user: secretUser, login });
    if ('ended' in own) throw new Error('it has ended');
    const renewed = await sessions.rotate(own, { graceSeconds: 5 });
    if ('ended' in renewed) throw new Error('it has ended');
    await sessions.patch(renewed, { secret: 'another' });
    await sessions.confirmAuthentication(renewed);
    await sessions.destroy(own.id);
    await sessions.destroy(renewed.id);
    expect(shown(events)).toEqual([
      { kind: 'create', handle: visitor.handle },
      { kind: 'log-in', handle: own.handle, before: visitor.handle },
      { kind: 'rotate', handle: own.handle },
      { kind: 're-authentication', handle: own.handle },
      { kind: 'end', reason: 'logged out', handle: own.handle },
    ]);
    for (const { at } of events) expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
    for (const { store } of events) expect(store.toLowerCase()).toContain(name);
    for (const mark of [secretUser, 'in the data', own.id, renewed.id, visitor.id])
      expect(JSON.stringify(events)).not.toContain(mark);
  });

  test('an end has its reason', async () => {
    const sessions = storeWith({ maxPerUser: 2 });
    const events = heard(sessions);
    const user = `${name}-${secretUser}`;
    const first = await sessions.create({}, { user });
    await setTimeout(5);
    const second = await sessions.create({}, { user });
    await sessions.create({}, { user });
    await sessions.destroyByHandle(user, second.handle);
    await sessions.destroyByHandle(user, second.handle);
    await sessions.destroyAll(user);
    await sessions.destroyAll(user);
    expect(shown(events).filter(({ kind }) => kind === 'end')).toEqual([
      { kind: 'end', reason: 'too many', handle: first.handle },
      { kind: 'end', reason: 'by handle', handle: second.handle },
      { kind: 'end', reason: 'everywhere', count: 1 },
      { kind: 'end', reason: 'everywhere', count: 0 },
    ]);
  });
});

test('An expiry is emitted once, at the next use of the session.', async () => {
  let now = Date.now();
  const sessions = sessionStore(memoryBackend({ now: () => now }), { keys, absoluteSeconds: 2000 });
  const events = heard(sessions);
  const idle = await sessions.create({});
  const absolute = await sessions.create({}, { idleSeconds: 10, absoluteSeconds: 10 });
  now += 1_900_000;
  for (let time = 0; time < 3; time += 1) {
    expect(await sessions.get(idle.id)).toBeNull();
    expect(await sessions.patch(absolute, { name: 'Anna' })).toMatchObject({ ended: true });
  }
  expect(shown(events).slice(2)).toEqual([
    { kind: 'end', reason: 'expired', handle: idle.handle },
    { kind: 'end', reason: 'absolute', handle: absolute.handle },
  ]);
});

test('A failing listener fails no call, and gives one warning; a removed listener gets no events.', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  const sessions = sessionStore(memoryBackend(), { keys });
  let calls = 0;
  const off = sessions.onAudit(() => {
    calls += 1;
    throw new RangeError('the log is full');
  });
  const offAsync = sessions.onAudit(async () => {
    throw new RangeError('the log is full');
  });
  const events = heard(sessions);
  for (let time = 0; time < 3; time += 1) await sessions.create({});
  off();
  offAsync();
  await sessions.create({});
  await setTimeout(5);
  expect([calls, events.length]).toEqual([3, 4]);
  expect(warnings.map(({ message }) => message)).toEqual([
    'A listener for audit events has failed. (RangeError; see the cause of this warning)',
  ]);
});

test('A listener that is not a function is refused.', () => {
  const sessions = sessionStore(memoryBackend(), { keys });
  expect(() => sessions.onAudit('log' as never)).toThrow('onAudit takes a function');
});

const onMemory = grounds.filter(({ backend }) => backend === 'memory');

describe.each(onMemory)('under $framework', ({ framework, backend }) => {
  const ground = groundOf(framework, backend);

  test('a log-in replaces the session before, a log-out ends it', async () => {
    const { browser, sessions } = await ground.open({
      routes: { ...routes, '/log-in': visit => visit.logIn(secretUser) },
    });
    const events = heard(sessions);
    await browser.get('/start');
    await browser.get('/log-in');
    await browser.get('/');
    await browser.get('/regenerate');
    await browser.get('/end');
    expect(events.map(event => (event.kind === 'end' ? event.reason : event.kind))).toEqual([
      'create',
      'replaced',
      'log-in',
      'replaced',
      'create',
      'logged out',
    ]);
    const handles = events.map(event => ('handle' in event ? event.handle : ''));
    expect(handles).toEqual([0, 0, 2, 2, 4, 4].map(index => handles[index]));
  });

  test('a user whom a session gets after its first save is a log-in', async () => {
    const { browser, sessions } = await ground.open({
      store: { userOf: (data: { user?: string }) => data.user },
      routes: {
        '/log-in': async visit => {
          await visit.regenerate();
          await visit.save();
          visit.session['user'] = secretUser;
        },
      },
    });
    const events = heard(sessions);
    await browser.get('/log-in');
    expect(events.map(({ kind }) => kind)).toEqual(['create', 'log-in']);
  });
});
