import { expect, test } from 'vitest';
import { AttemptErrors, isNoSuchTransaction } from '../../../src/guard/runtime/transaction/attempt-errors.ts';
import type { Operation } from '../../../src/guard/events/events.ts';
import type { SessionRecord } from '../../../src/guard/events/record.ts';
import { openRecord, reduce } from '../../../src/guard/events/reducer.ts';
import { parseTrace } from '../../../src/testing/index.ts';

interface Failures {
  readonly errors: AttemptErrors;
  /** The error objects of the operations, by the order in which they failed. */
  readonly thrown: readonly Error[];
  readonly operations: readonly Operation[];
}

/** What an attempt knows after a trace, each failure of which has an error object of its own. */
function failuresOf(trace: string): Failures {
  const [start, ...events] = parseTrace(trace);
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const record: SessionRecord = openRecord(start);
  const errors = new AttemptErrors(record);
  const [thrown, operations]: [Error[], Operation[]] = [[], []];
  for (const event of events) {
    const failed =
      event.type === 'operation.settled' && event.error?.reachedServer === true
        ? record.openOperations.get(event.operation)
        : undefined;
    reduce(record, event);
    if (failed === undefined || event.type !== 'operation.settled') continue;
    const error = serverError(Number(event.error?.code), event.error?.labels);
    errors.note(failed, error);
    thrown.push(error);
    operations.push(failed);
  }
  return { errors, thrown, operations };
}

function serverError(code: number, errorLabels: readonly string[] = []) {
  return Object.assign(new Error(`code ${code}`), { code, errorLabels });
}

const gone = () => serverError(251, ['TransientTransactionError']);

test('Behind a NoSuchTransaction is the first error of the attempt, the same object.', () => {
  const { errors, thrown } = failuresOf('start txn begin(a) begin(b) fail(a 11000) fail(b 112)');
  expect(errors.causeOf(gone())).toBe(thrown[0]);
});

test('Any other error is its own cause.', () => {
  const { errors } = failuresOf('start txn begin(a) fail(a 11000)');
  const other = serverError(112);
  expect(errors.causeOf(other)).toBe(other);
  expect(errors.causeOf(undefined)).toBeUndefined();
  expect(errors.causeOf('text')).toBe('text');
});

test('A NoSuchTransaction without an earlier error is its own cause.', () => {
  const error = gone();
  expect(failuresOf('start txn run(a)').errors.causeOf(error)).toBe(error);
});

test('A code 251 of the user’s own making is left as it is.', () => {
  const { errors } = failuresOf('start txn begin(a) fail(a 11000)');
  const own = Object.assign(new Error('own'), { code: 251 });
  expect(isNoSuchTransaction(own)).toBe(false);
  expect(errors.causeOf(own)).toBe(own);
});

test('A batch’s error is not the first: it comes again as that of its bulk write.', () => {
  const trace =
    'start txn begin(a bulkWrite shop.orders) begin(b insert shop.orders kind=batch) fail(b 11000) fail(a 11000)';
  const { errors, thrown, operations } = failuresOf(trace);
  expect(errors.causeOf(gone())).toBe(thrown[1]);
  expect(errors.operationOf(thrown[0])).toBeUndefined();
  const [batch] = operations;
  if (batch === undefined) throw new Error('nothing has failed');
  const error = gone();
  expect(errors.answerOf(batch, error)).toBe(error);
  expect(error).not.toHaveProperty('cause');
});

test('The operation of an error is known by the object itself.', () => {
  const { errors, thrown, operations } = failuresOf('start txn begin(a) fail(a 112)');
  expect(errors.operationOf(thrown[0])).toBe(operations[0]);
  expect(errors.operationOf(serverError(112))).toBeUndefined();
  expect(errors.operationOf('text')).toBeUndefined();
});

test('An operation that was sent after an error and succeeds shows that the error did no harm.', () => {
  const { errors } = failuresOf('start txn begin(a) fail(a 263) run(b)');
  const error = gone();
  expect(errors.causeOf(error)).toBe(error);
});

test('One that was begun before the error and sent after it shows the same.', () => {
  const { errors } = failuresOf('start txn begin(a) begin(b) fail(a 263) sent(b) settle(b)');
  const error = gone();
  expect(errors.causeOf(error)).toBe(error);
});

test('One that was sent before the error, or a batch, shows nothing.', () => {
  const trace = 'start txn begin(a) begin(b) fail(a 11000) run(c insert shop.x kind=batch) settle(b)';
  const { errors, thrown } = failuresOf(trace);
  expect(errors.causeOf(gone())).toBe(thrown[0]);
});

test('What an operation shows of one error it does not show of a later one.', () => {
  const { errors, thrown } = failuresOf(
    'start txn begin(a) begin(c) fail(a 263) begin(s) fail(c 11000) settle(s)',
  );
  expect(errors.causeOf(gone())).toBe(thrown[1]);
});

test('A NoSuchTransaction that is answered before the error that it follows from is not the first.', () => {
  const { errors, thrown } = failuresOf('start txn begin(a) begin(b) fail(b 251) fail(a 112)');
  expect(errors.causeOf(gone())).toBe(thrown[1]);
});

test('A straggler of the transaction before says nothing of this one.', () => {
  const { errors, thrown } = failuresOf('start txn begin(a) abort txn run(b) fail(a 11000)');
  expect(errors.operationOf(thrown[0])).toBeUndefined();
  const error = gone();
  expect(errors.causeOf(error)).toBe(error);
});

test('By hand a first error that is not transient takes the place of what it led to.', () => {
  const { errors, thrown, operations } = failuresOf('start txn begin(a) fail(a 11000) begin(b) fail(b 251)');
  const [, later] = operations;
  if (later === undefined) throw new Error('b has not failed');
  expect(errors.answerOf(later, gone())).toBe(thrown[0]);
  expect(errors.causeByHand(gone())).toBe(thrown[0]);
});

test('By hand a transient first error stays behind, as the `cause`.', () => {
  const { errors, thrown } = failuresOf('start txn begin(a) fail(a 112)');
  const error = gone();
  expect(errors.causeByHand(error)).toBe(error);
  expect(error.cause).toBe(thrown[0]);
  expect(Object.getOwnPropertyDescriptor(error, 'cause')).toMatchObject({
    enumerable: false,
    writable: true,
    configurable: true,
  });
});

test('In the callback of a transaction runner the error stays, with the first one as its `cause`.', () => {
  const { errors, thrown, operations } = failuresOf(
    'start runner txn begin(a) fail(a 11000) begin(b) fail(b 251)',
  );
  const [first, later] = operations;
  if (first === undefined || later === undefined) throw new Error('nothing has failed');
  const error = gone();
  expect(errors.answerOf(later, error)).toBe(error);
  expect(error.cause).toBe(thrown[0]);
  expect(errors.answerOf(first, thrown[0])).toBe(thrown[0]);
  expect(thrown[0]).not.toHaveProperty('cause');
});

test('An existing cause stays, and an error that cannot take a cause is passed on unchanged.', () => {
  const { errors } = failuresOf('start txn begin(a) fail(a 112)');
  const cause = new Error('mine');
  const withOwn = Object.assign(gone(), { cause });
  expect(errors.withCause(withOwn)).toBe(withOwn);
  expect(withOwn.cause).toBe(cause);
  const frozen = Object.freeze(gone());
  expect(errors.withCause(frozen)).toBe(frozen);
  expect(errors.withCause('text')).toBe('text');
});

test('Without a transaction, and for an error that was not noted, every error is its own cause.', () => {
  const error = gone();
  const { errors, operations } = failuresOf('start begin(a) fail(a 112)');
  const [first] = operations;
  if (first === undefined) throw new Error('nothing has failed');
  expect(errors.causeOf(error)).toBe(error);
  expect(errors.answerOf(first, error)).toBe(error);
  const [start, ...events] = parseTrace('start txn begin(a) fail(a 112)');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const record = openRecord(start);
  for (const event of events) reduce(record, event);
  expect(new AttemptErrors(record).causeOf(error)).toBe(error);
  expect(error).not.toHaveProperty('cause');
});

test('An object that throws when it is read is passed on.', () => {
  const { errors } = failuresOf('start txn begin(a) fail(a 11000)');
  const unreadable = new Proxy(
    {},
    {
      has: () => {
        throw new Error('unreadable');
      },
    },
  );
  expect(errors.causeOf(unreadable)).toBe(unreadable);
});
