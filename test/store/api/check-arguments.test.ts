import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';
import { cutOff } from '../../../src/store/options/settings.ts';

type Anything = (...values: readonly unknown[]) => Promise<unknown>;
type Method =
  | 'beginLogIn'
  | 'create'
  | 'get'
  | 'patch'
  | 'update'
  | 'rotate'
  | 'list'
  | 'destroy'
  | 'destroyByHandle'
  | 'destroyAll';

const store = sessionStore(memoryBackend(), { keys: { tag: ['a secret of at least 32 random bytes'] } });
const session = await store.create({ a: 1 }, { user: 'u' });
const login = await store.beginLogIn('u');
const argument = codes.invalidArgument;
const option = codes.invalidOption;

const bad: readonly (readonly [Method, readonly unknown[], string, string])[] = [
  ['beginLogIn', [''], argument, '1 to 256 characters'],
  ['beginLogIn', [5], argument, 'user must be a string'],
  ['list', ['x'.repeat(257)], argument, '1 to 256 characters'],
  ['list', ['half \ud800'], argument, 'user must be a string'],
  ['create', [undefined], argument, 'must be an object with fields, not undefined'],
  ['create', [null], argument, 'must be an object with fields, not null'],
  ['create', [[1]], argument, 'not a list'],
  ['create', [new Map([['cart', 1]])], argument, 'not a Map: give Object.fromEntries(map)'],
  ['create', [Promise.resolve({})], argument, 'await is missing before it'],
  ['create', [new Date()], argument, 'not a Date'],
  ['patch', [session, Buffer.from('a')], argument, 'not a Buffer'],
  ['create', [{}, { usr: 'u' }], option, "create has no option 'usr'"],
  ['create', [{}, { login }], option, "create with 'login' or 'authenticatedAt' also needs 'user'"],
  [
    'create',
    [{}, { authenticatedAt: 1 }],
    option,
    "create with 'login' or 'authenticatedAt' also needs 'user'",
  ],
  ['create', [{}, { user: 'other', login }], argument, 'begun for another user'],
  ['create', [{}, { user: 'u', authenticatedAt: Number.NaN }], option, "'authenticatedAt'"],
  ['create', [{}, { device: 5 }], option, "'device'"],
  ['create', [{}, { idleSeconds: 0 }], option, "'idleSeconds' of create"],
  ['create', [{}, { idleSeconds: 1e10 }], option, 'at most 3153600000'],
  ['create', [{}, { idleSeconds: '60' }], option, "'idleSeconds' of create"],
  ['create', [{}, { absoluteSeconds: -1 }], option, "'absoluteSeconds' of create"],
  ['patch', [session.id, {}], argument, 'patch takes the session that get or create gave, not its id'],
  ['rotate', [undefined], argument, 'rotate takes the session that get or create gave, not undefined'],
  ['patch', [{ ...session }, {}], argument, 'not a copy'],
  ['patch', [session, 'text'], argument, 'must be an object'],
  ['patch', [null, {}], argument, 'get gave null'],
  ['patch', [Promise.resolve(session), {}], argument, 'await is missing'],
  ['patch', [{ ended: true, reason: 'unknown' }, {}], argument, 'has ended'],
  ['get', [session], argument, 'get(session.id)'],
  ['get', [Promise.resolve(session.id)], argument, 'await is missing'],
  ['update', [session, () => ({})], argument, 'update(session.id)'],
  ['destroy', [session], argument, 'destroy(session.id)'],
  ['update', [session.id, () => undefined], argument, 'must return the new data'],
  ['update', [session.id, { a: 2 }], argument, 'takes a function'],
  ['create', [{}, { user: 'u', login: Promise.resolve(login) }], option, 'await is missing'],
  ['create', [{}, { user: 'u', login: true }], option, 'what beginLogIn gave'],
  ['create', [{}, { user: 'u', authenticatedAt: Date.now() / 1000 }], option, 'in milliseconds'],
  ['create', [{}, { user: 'u', authenticatedAt: Date.now() + 1e9 }], option, 'that has passed'],
  [
    'rotate',
    [session, { authenticatedAt: Date.now() }],
    option,
    "rotate with 'login' or 'authenticatedAt' also needs 'user'",
  ],
  ['rotate', [session, { user: 'u', device: 5 }], option, "'device' of rotate"],
  ['destroyAll', ['u', { except: session.id }], argument, 'It is not the id'],
  ['destroyAll', ['u', { except: undefined }], option, 'every session would end'],
  ['rotate', [session, { graceSeconds: 1e10 }], option, "'graceSeconds'"],
  ['rotate', [session, { graceSeconds: -1 }], option, "'graceSeconds'"],
  ['rotate', [session, { graceSeconds: 5, user: 'other' }], option, 'anyone who knew the old id'],
  ['rotate', [session, { login }], option, "rotate with 'login' or 'authenticatedAt' also needs 'user'"],
  ['rotate', [session, { grace: 5 }], option, "rotate has no option 'grace'"],
  ['destroyByHandle', ['u', ''], argument, 'A handle is'],
  ['destroyAll', ['u', { except: 5 }], argument, 'A handle is'],
  ['destroyAll', ['u', { exept: session.handle }], option, "destroyAll has no option 'exept'"],
  ['destroyAll', ['u', session.handle], option, 'must be an object'],
  ['patch', [session, { a: 2 }, { conflict: 'eror' }], option, "'conflict' of patch must be"],
  ['patch', [session, {}, { unset: 'a' }], option, "'unset' of patch must be a list"],
  ['patch', [session, {}, { remove: ['a'] }], option, "patch has no option 'remove'"],
  ['get', [session.id, { refrsh: false }], option, "get has no option 'refrsh'"],
  ['get', [session.id, { refresh: 'no' }], option, "'refresh' of get must be"],
  ['get', [session.id, { signal: {} }], option, "'signal' of get must be"],
  ['get', [session.id, null], option, 'must be an object'],
];

test.each(bad)('%s rejects %o with a message about valid values.', async (method, values, code, words) => {
  const call = store[method].bind(store) as Anything;
  await expect(call(...values)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
});

test('After all this the session is as it was.', async () => {
  expect(await store.get(session.id)).toMatchObject({ data: { a: 1 }, version: session.version });
  expect(await store.list('u')).toHaveLength(1);
});

test.each([[[]], [[session.id]], [{}], [{ id: session.id }], [{ ...session }], [5], [true], [null]])(
  'An id out of a cookie that is not a text, %o, belongs to nobody, and is not an error.',
  async id => {
    const given = id as never;
    expect(await store.get(given)).toBeNull();
    expect(await store.destroy(given)).toBe(false);
    expect(await store.update(given, () => ({ a: 2 }))).toEqual({ ended: true, reason: 'unknown' });
    expect(await store.get(session.id)).toMatchObject({ data: { a: 1 } });
  },
);

test('A device is cut off between two characters, at 256 bytes.', async () => {
  const device = 'ü€😀'.repeat(60);
  const cut = cutOff(device);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(256);
  expect(Buffer.byteLength(cut)).toBeGreaterThan(252);
  expect(device.startsWith(cut)).toBe(true);
  expect((await store.create({}, { device })).device).toBe(cut);
  expect(cutOff('short')).toBe('short');
});
