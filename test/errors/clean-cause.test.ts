import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { cleanCause } from '../../src/errors/clean-cause.ts';
import { invalidArgument } from '../../src/errors/errors.ts';

test("The copy of a client's error keeps its class, its code and its place, but not the data of the write.", () => {
  class ReplyError extends Error {}
  const error = Object.assign(new ReplyError("ERR no place for 'plum'"), {
    code: 'ERR_X',
    command: { name: 'set', args: ['plum-key', 'plum'] },
    errorLabels: ['RetryableWriteError'],
    $metadata: { httpStatusCode: 400, attempts: 3, extendedRequestId: 'plum' },
  });
  const copy = cleanCause(error);
  expect(copy).toBeInstanceOf(Error);
  expect(copy).toMatchObject({
    name: 'ReplyError',
    code: 'ERR_X',
    message: 'ERR no place for …',
    errorLabels: ['RetryableWriteError'],
    $metadata: { httpStatusCode: 400, attempts: 3 },
  });
  expect((copy as Error).stack).toContain('clean-cause.test.ts');
  expect(inspect(copy, { showHidden: true, depth: 9 })).not.toContain('plum');
});

test('The data of the command is also removed from the message.', () => {
  const error = Object.assign(new Error('no place for plum today'), { command: { args: ['plum'] } });
  expect(cleanCause(error)).toMatchObject({ message: 'no place for … today' });
});

test('The causes behind it, and those of several errors together, are copied as well.', () => {
  const inner = Object.assign(new Error("of 'plum'"), { code: 'ECONNREFUSED', port: 6379 });
  const error = new Error('outer', { cause: new AggregateError([inner, "'plum'"], 'all failed') });
  const copy = cleanCause(error) as Error;
  expect(copy.cause).toBeInstanceOf(AggregateError);
  expect((copy.cause as AggregateError).errors).toMatchObject([
    { message: 'of …', code: 'ECONNREFUSED', port: 6379 },
    { message: '…' },
  ]);
  expect(inspect(copy, { showHidden: true, depth: 9 })).not.toContain('plum');
});

test('A circle of causes comes to an end.', () => {
  const error = new Error('round');
  error.cause = error;
  expect(cleanCause(error)).toMatchObject({ message: 'round' });
});

test('A message line that looks like a stack frame is not kept as a frame.', () => {
  const error = new Error("'plum\n    at plum (plum.js:1:1)");
  expect((cleanCause(error) as Error).stack).not.toContain('plum');
});

test('Errors of this package stay as they are, and errors of the language keep their class.', () => {
  const own = invalidArgument('no');
  expect(cleanCause(own)).toBe(own);
  expect(cleanCause(undefined)).toBeUndefined();
  expect(cleanCause(new SyntaxError('bad'))).toBeInstanceOf(SyntaxError);
  expect(cleanCause({ plum: 1 })).toMatchObject({ message: 'No error was thrown, but a value (object).' });
});
