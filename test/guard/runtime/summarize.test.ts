import { expect, test } from 'vitest';
import { summarize } from '../../../src/guard/runtime/session/summarize.ts';

test('Of an error its name, code and labels are kept, and never its message.', () => {
  const error = Object.assign(new Error('E11000 dup key: { email: "ada@example.com" }'), {
    name: 'MongoServerError',
    code: 11000,
    codeName: 'DuplicateKey',
    errorLabels: ['One', 2, 'Two'],
  });
  expect(summarize(error)).toStrictEqual({
    name: 'MongoServerError',
    code: 11000,
    codeName: 'DuplicateKey',
    labels: ['One', 'Two'],
    reachedServer: true,
  });
});

test('What an error does not have is absent.', () => {
  expect(summarize(new TypeError('no'))).toStrictEqual({
    name: 'TypeError',
    labels: [],
    reachedServer: false,
  });
  const odd = { name: 7, code: {}, codeName: 9, errorLabels: 'One' };
  expect(summarize(odd)).toStrictEqual({ name: 'Error', labels: [], reachedServer: false });
});

test('A code may be a text, as those of Node.', () => {
  expect(summarize(Object.assign(new Error('no'), { code: 'ECONNRESET' })).code).toBe('ECONNRESET');
});

test.each([
  ['MongoServerError', true],
  ['MongoNetworkTimeoutError', true],
  ['MongoBulkWriteError', true],
  ['MongoClientBulkWriteError', true],
  ['MongoWriteConcernError', true],
  ['MongoServerSelectionError', true],
  ['MongoOperationTimeoutError', true],
  ['MongoPoolClearedError', true],
  ['MongoInvalidArgumentError', false],
  ['MongoTransactionError', false],
  ['MyMongoServerError', false],
])('After an error of the class %s it is %s that something may have been sent.', (name, reached) => {
  expect(summarize(Object.assign(new Error('no'), { name })).reachedServer).toBe(reached);
});

test('Anything can be thrown.', () => {
  expect(summarize('text')).toStrictEqual({ name: 'string', labels: [], reachedServer: false });
  expect(summarize(undefined).name).toBe('undefined');
  expect(summarize(null)).toStrictEqual({ name: 'object', labels: [], reachedServer: false });
  const unreadable = {
    get name(): string {
      throw new Error('unreadable');
    },
  };
  expect(summarize(unreadable)).toStrictEqual({ name: 'unreadable', labels: [], reachedServer: false });
});
