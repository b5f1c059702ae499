import { describe, expect, test } from 'vitest';
import { markedLines } from '../../docs/support/blocks.ts';
import { lint, listed } from './lint.ts';

/** Programs by what they do. */
type Programs = Readonly<Record<string, string>>;

/**
 * Tests a rule at edit time. In `wrong` programs an arrow (`// ←`) marks each line that the rule must name; in `right` programs no
 * rule may find anything. With ESLint 9 and 10.
 */
export function testRule(
  rule: string,
  { wrong, right }: { readonly wrong: Programs; readonly right: Programs },
): void {
  describe.each([9, 10] as const)('ESLint %i', version => {
    test.for(Object.entries(wrong))('%s', ([, code], { skip }) => {
      skip(!parses(version, code), 'ESLint 9.0 does not know `await using`');
      const alarms = lint(code, { rule, version });
      expect(
        alarms.map(({ line }) => line),
        listed(alarms),
      ).toEqual(markedLines(code));
      expect(alarms.length).toBeGreaterThan(0);
    });

    test.for(Object.entries(right))('silent: %s', ([, code], { skip }) => {
      skip(!parses(version, code), 'ESLint 9.0 does not know `await using`');
      const alarms = lint(code, { version });
      expect(alarms, listed(alarms)).toEqual([]);
    });
  });
}

function parses(version: 9 | 10, code: string): boolean {
  return version === 10 || !/\bawait using\b/.test(code);
}

const imports = `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri);
const orders = client.db().collection('orders');
const users = client.db().collection('users');
`;

/** A program of the driver with a client and two collections. */
export function driver(code: string): string {
  return imports + code;
}

const models = `import mongoose from 'mongoose';
import { Order } from './order.js';
import { User } from './user.js';
`;

/** A program of mongoose with two models. */
export function withModels(code: string): string {
  return models + code;
}
