import { expect, test } from 'vitest';
import { AttemptErrors, isNoSuchTransaction } from '../../src/protect/attempt-errors.ts';
import type { Operation, OperationKind } from '../../src/session/events.ts';

function operation(id: number, kind: OperationKind = 'write'): Operation {
  return { id, command: 'insert', kind, at: 0, inTransaction: true, quiet: false };
}

function serverError(code: number) {
  return Object.assign(new Error(`code ${code}`), { code, errorLabels: [] });
}

test('Behind a NoSuchTransaction is the first error of the attempt, the same object.', () => {
  const errors = new AttemptErrors();
  const first = serverError(11000);
  errors.note(operation(1), first, 1);
  errors.note(operation(2), serverError(112), 1);
  expect(errors.causeOf(serverError(251))).toBe(first);
});

test('Any other error is its own cause.', () => {
  const errors = new AttemptErrors();
  errors.note(operation(1), serverError(11000), 1);
  const other = serverError(112);
  expect(errors.causeOf(other)).toBe(other);
  expect(errors.causeOf(undefined)).toBeUndefined();
  expect(errors.causeOf('text')).toBe('text');
});

test('A NoSuchTransaction without an earlier error is its own cause.', () => {
  const error = serverError(251);
  expect(new AttemptErrors().causeOf(error)).toBe(error);
});

test('A code 251 of the user’s own making is left as it is.', () => {
  const errors = new AttemptErrors();
  errors.note(operation(1), serverError(11000), 1);
  const own = Object.assign(new Error('own'), { code: 251 });
  expect(isNoSuchTransaction(own)).toBe(false);
  expect(errors.causeOf(own)).toBe(own);
});

test('A batch’s error is not the first: it comes again as that of its bulk write.', () => {
  const errors = new AttemptErrors();
  const bulk = serverError(11000);
  errors.note(operation(1, 'batch'), serverError(11000), 1);
  errors.note(operation(2, 'composite'), bulk, 1);
  expect(errors.causeOf(serverError(251))).toBe(bulk);
});

test('The operation of an error is known by the object itself.', () => {
  const errors = new AttemptErrors();
  const error = serverError(112);
  const failed = operation(1);
  errors.note(failed, error, 1);
  expect(errors.operationOf(error)).toBe(failed);
  expect(errors.operationOf(serverError(112))).toBeUndefined();
  expect(errors.operationOf('text')).toBeUndefined();
});

test('Something thrown that is no object is an error like others.', () => {
  const errors = new AttemptErrors();
  errors.note(operation(1), undefined, 1);
  expect(errors.causeOf(serverError(251))).toBeUndefined();
});

test('An operation that was begun after an error and succeeds shows that the error did no harm.', () => {
  const errors = new AttemptErrors();
  errors.note(operation(1), serverError(263), 1);
  errors.noteSuccess({ ...operation(2), at: 2 });
  const error = serverError(251);
  expect(errors.causeOf(error)).toBe(error);
});

test('One that was begun before the error, or a batch, shows nothing.', () => {
  const errors = new AttemptErrors();
  const first = serverError(11000);
  errors.note(operation(1), first, 1);
  errors.noteSuccess({ ...operation(2), at: 0 });
  errors.noteSuccess({ ...operation(3, 'batch'), at: 2 });
  expect(errors.causeOf(serverError(251))).toBe(first);
});
