import { describe, expect, test } from 'vitest';
import { maskText } from '../../src/errors/mask-text.ts';

const texts: readonly (readonly [said: string, kept: string])[] = [
  ['connect ECONNREFUSED 127.0.0.1:6379', 'connect ECONNREFUSED 127.0.0.1:6379'],
  ['getaddrinfo ENOTFOUND redis-1.prod.internal', 'getaddrinfo ENOTFOUND redis-1.prod.internal'],
  [
    "OOM command not allowed when used memory > 'maxmemory'.",
    "OOM command not allowed when used memory > 'maxmemory'.",
  ],
  [
    "NOPERM User app has no permissions to run the 'evalsha' command",
    "NOPERM User app has no permissions to run the 'evalsha' command",
  ],
  [
    "CROSSSLOT Keys in request don't hash to the same slot",
    "CROSSSLOT Keys in request don't hash to the same slot",
  ],
  [
    'E11000 duplicate key error collection: shop.sessions index: u_1 dup key: { u: "ann" }',
    'E11000 duplicate key error collection: shop.sessions index: … dup key: …',
  ],
  ["ERR unknown command 'FOO', with args beginning with: 'ann' 'it''s'", 'ERR unknown command …'],
  [`Unexpected token 'a', "ann's" is not valid JSON`, 'Unexpected token … is not valid JSON'],
  [`Unexpected token 'a', "it' ann" is not valid JSON`, 'Unexpected token … is not valid JSON'],
  ['no session AbCdEfGhIjKl.aBcDeFgHiJkLmNoPqRsTuVwXyZa here', 'no session … here'],
  ['ann@example.com has no 00d1a4b2-93e1', '… has no …'],
  ['redis://app:password@10.0.0.1:6379 failed', 'redis:…:…:6379 failed'],
  ['Throughput exceeds the current capacity', 'Throughput exceeds the current capacity'],
  ['a\nforged\u2028line', 'a forged line'],
  [`it ends in a quote: 'ann`, 'it ends in a quote: …'],
];

test.each(texts)('%j is written as %j', (said, kept) => {
  expect(maskText(said)).toBe(kept);
});

describe('Known secrets', () => {
  test('are taken out wherever they stand, the longest first.', () => {
    expect(maskText('user ann-smith or ann-', ['ann-', 'ann-smith'])).toBe('user … or …');
  });

  test('that are short are left: every text has those.', () => {
    expect(maskText('a try of 3', ['a', '3'])).toBe('a try of 3');
  });
});

test('A long message is cut off before it is searched: the search of the rest would take minutes.', () => {
  expect(maskText(`{ "a": ${"'x' ".repeat(250_000)}`).length).toBeLessThanOrEqual(400);
  expect(maskText("'get' ".repeat(200_000)).length).toBeLessThanOrEqual(400);
});
