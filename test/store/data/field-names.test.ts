import { assert, constantFrom, oneof, property, string } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { decodedFieldName, encodedFieldName } from '../../../src/store/data/field-names.ts';

describe('encodedFieldName', () => {
  it.each([
    ['plain', '_plain'],
    ['', '_'],
    ['_', '__'],
    ['a.b', '_a%2Eb'],
    ['$set', '_%24set'],
    ['%2E', '_%252E'],
    ['nul\0', '_nul%00'],
    ['__proto__', '___proto__'],
    ['grüße 🍪', '_grüße 🍪'],
    ['half \uD83C', '_half %uD83C'],
  ])('stores %j as %j', (name, encoded) => {
    expect([encodedFieldName(name), decodedFieldName(encoded)]).toEqual([encoded, name]);
  });

  it('keeps every name, and gives the store nothing that it reads a meaning into', () => {
    const anyName = oneof(
      string(),
      string({ unit: constantFrom('%', '.', '$', '\0', 'u', '2', 'E', '_', '\uD83C') }),
    );
    assert(
      property(anyName, name => {
        const encoded = encodedFieldName(name);
        expect(encoded).toMatch(/^_[^.$\0]*$/);
        expect(Buffer.from(encoded).toString()).toBe(encoded);
        expect(decodedFieldName(encoded)).toBe(name);
      }),
    );
  });

  it.each(['', 'plain', '_a.b', '_%2e', '_%', '_%u00E4'])(
    'did not make %j, which has no decoded name',
    encoded => {
      expect(decodedFieldName(encoded)).toBeUndefined();
    },
  );
});
