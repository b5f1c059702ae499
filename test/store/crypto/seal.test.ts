import { hkdfSync } from 'node:crypto';
import * as fc from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { Seal, SessionKeys } from '../../../src/store/crypto/seal.ts';

const secret = 'o'.repeat(32);
const older = new SessionKeys({ id: 'old', key: secret });
const newer = new SessionKeys({ id: 'new', key: new Uint8Array(32).fill(7) });
const unreadable = expect.objectContaining({ code: codes.storeUnreadable });

test('Any text of any field opens as it was, also when a newer key has come.', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, text) => {
      const sealed = new Seal([older], 'hash').close(name, text);
      expect(sealed).toMatch(/^old:[\w-]+$/);
      expect(new Seal([newer, older], 'hash').open(name, sealed)).toBe(text);
    }),
  );
});

test('The key of a session is the HKDF of the data key, with the hash as `info`.', () => {
  const expected = hkdfSync('sha256', secret, 'session-guard', 'hash', 32);
  expect(older.of('hash')).toEqual(Buffer.from(expected));
});

test('The same text is never sealed to the same.', () => {
  const seal = new Seal([older], 'hash');
  expect(seal.close('a', '1')).not.toBe(seal.close('a', '1'));
});

test.each([
  ['another field', new Seal([older], 'hash'), 'b'],
  ['another session', new Seal([older], 'hush'), 'a'],
  [
    'another key with the same id',
    new Seal([new SessionKeys({ id: 'old', key: 'p'.repeat(32) })], 'hash'),
    'a',
  ],
  ['a key with another id', new Seal([newer], 'hash'), 'a'],
  ['a field and session whose names make the same text', new Seal([older], 'hash a'), ''],
])('It does not open as %s.', (_, seal, name) => {
  const sealed = new Seal([older], 'hash').close('a', '"text"');
  expect(() => seal.open(name, sealed)).toThrow(unreadable);
});

test('Whatever is changed about it is found out.', () => {
  const seal = new Seal([older], 'hash');
  const bytes = Buffer.from(seal.close('a', '"text"').slice(4), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => seal.open('a', `old:${changed.toString('base64url')}`)).toThrow(unreadable);
    expect(() => seal.open('a', `old:${bytes.subarray(0, at).toString('base64url')}`)).toThrow(unreadable);
  }
});

test.each(['', 'old', 'old:', ':', '"plain"', 'none:AAAA', 'old:####'])(
  '%o is not an encrypted text.',
  text => {
    expect(() => new Seal([older], 'hash').open('a', text)).toThrow(unreadable);
  },
);
