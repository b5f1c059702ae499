import { describe, expect, test } from 'vitest';
import {
  isFailover,
  isRefusal,
  isTransient,
  isTransientError,
} from '../../../src/guard/events/server-codes.ts';

const summary = { name: 'MongoServerError', labels: [], reachedServer: true };

test.each([
  [263, true],
  [50791, true],
  [251, false],
])('A command that the server refuses in a transaction has the code 263 or 50791: %s is %s.', (code, is) => {
  expect(isRefusal({ ...summary, code })).toBe(is);
});

test('An error is transient by its label, and not by its code.', () => {
  expect(isTransient({ ...summary, labels: ['Other', 'TransientTransactionError'] })).toBe(true);
  expect(isTransient({ ...summary, code: 112 })).toBe(false);
});

describe('What was thrown', () => {
  test.each<[string, unknown, boolean]>([
    [
      'an error with the label',
      Object.assign(new Error('x'), { errorLabels: ['TransientTransactionError'] }),
      true,
    ],
    ['an error with another label', Object.assign(new Error('x'), { errorLabels: ['Other'] }), false],
    ['an error whose labels are a text', { errorLabels: 'TransientTransactionError' }, false],
    ['an error without labels', new Error('x'), false],
    ['null', null, false],
    ['a text', 'TransientTransactionError', false],
    [
      'an object that throws when it is read',
      {
        get errorLabels() {
          throw new Error('unreadable');
        },
      },
      false,
    ],
  ])('is transient or not: %s', (_, thrown, is) => {
    expect(isTransientError(thrown)).toBe(is);
  });
});

test.each([91, 189, 10107, 11600, 11602, 13435, 13436])(
  'A server that is not a primary any more answers with %i, which is a failover.',
  code => {
    expect(isFailover({ ...summary, code })).toBe(true);
  },
);

test.each([
  ['MongoNetworkError', true],
  ['MongoPoolClearedError', true],
  ['MongoServerSelectionError', true],
  ['MongoServerError', false],
  ['OtherMongoNetworkError', false],
])('A failover is a lost connection by the name of its class: %s is %s.', (name, is) => {
  expect(isFailover({ ...summary, name, code: 112 })).toBe(is);
});
