import * as fc from '../../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { hashId, keyOfAnyId, keyOfId, mintId, randomUserKey } from '../../../src/store/ids/session-id.ts';
import { UserKeys } from '../../../src/store/ids/user-keys.ts';

const anId = () => mintId(randomUserKey());

test('An id has the documented form, 160 random bits, and a key that does not hold it.', () => {
  const ids = Array.from({ length: 500 }, anId);
  expect(new Set(ids.map(id => id.slice(13))).size).toBe(500);
  for (const id of ids) {
    expect(id).toMatch(/^[\w-]{12}\.[\w-]{27}$/);
    const key = keyOfId(id);
    expect(key).toEqual({ userKey: id.slice(0, 12), hash: hashId(id) });
    expect(JSON.stringify(key)).not.toContain(id.slice(13));
    expect(key?.hash).toHaveLength(43);
  }
});

describe('An id that the store cannot have made has no session, and the server is not asked:', () => {
  test.each([
    undefined,
    null,
    5,
    {},
    '',
    anId().slice(1),
    `${anId()}x`,
    `${anId()}\n`,
    anId().replace('.', '-'),
    `ü${anId().slice(1)}`,
    { toString: anId },
    [anId()],
  ])('%o', id => {
    expect(keyOfId(id)).toBeUndefined();
  });

  test('any other text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => keyOfId(text) === undefined));
  });
});

test('An id that a framework has made has a key, too: its user key is the beginning of its hash.', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), id => {
      const key = keyOfAnyId(id);
      expect(key).toEqual({ userKey: hashId(id).slice(0, 12), hash: hashId(id) });
    }),
  );
  const own = anId();
  expect(keyOfAnyId(own)).toEqual(keyOfId(own));
  for (const bad of ['', 'x'.repeat(257), 5, undefined]) expect(keyOfAnyId(bad)).toBeUndefined();
});

test('A user key is that of user and secret: the same each time, another one for each of both.', () => {
  const keys = ['k'.repeat(32), 'l'.repeat(32)];
  const userKeys = new UserKeys(keys);
  expect(userKeys.all('user')).toEqual(new UserKeys(keys).all('user'));
  expect(userKeys.newest('user')).toBe(userKeys.all('user')[0]);
  expect(new UserKeys(keys.toReversed()).all('user')).toEqual(userKeys.all('user').toReversed());
  const all = ['user', 'User', 'user '].flatMap(user => userKeys.all(user));
  expect(new Set(all).size).toBe(6);
  for (const userKey of all) expect(userKey).toMatch(/^[\w-]{12}$/);
});
