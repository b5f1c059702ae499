import { expect, test } from 'vitest';
import { openRecord, reduce } from '../../../src/guard/events/reducer.ts';
import { AttemptErrors } from '../../../src/guard/runtime/transaction/attempt-errors.ts';
import { parseTrace } from '../../../src/testing/index.ts';

const transient = ['TransientTransactionError'];

/** The errors of an attempt, and the error objects of its failed operations. */
function failuresOf(trace: string) {
  const [start, ...events] = parseTrace(trace);
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const record = openRecord(start);
  const errors = new AttemptErrors(record);
  const thrown: Error[] = [];
  for (const event of events) {
    const { error, operation: id } = event.type === 'operation.settled' ? event : {};
    const operation = id === undefined ? undefined : record.openOperations.get(id);
    reduce(record, event);
    if (error === undefined || operation === undefined) continue;
    const own = Object.assign(new Error('no'), { code: error.code, errorLabels: error.labels });
    errors.note(operation, own);
    thrown.push(own);
  }
  const [first = new Error('nothing has failed'), second = first] = thrown;
  return { errors, first, second };
}

const own = (cause: unknown) => new Error('mine', { cause });

test('A transient error of the attempt is found behind an error of the user’s own, at any depth.', () => {
  const { errors, first } = failuresOf('start runner txn begin(a) fail(a 112)');
  expect(errors.transientBehind(own(first))).toBe(first);
  expect(errors.transientBehind(new AggregateError([new Error('other'), own(first)]))).toBe(first);
});

test('An error that asks for another attempt by itself has nothing behind it.', () => {
  const { errors, first } = failuresOf('start runner txn begin(a) fail(a 112)');
  expect(errors.transientBehind(first)).toBeUndefined();
  expect(errors.transientBehind(Object.assign(own(first), { errorLabels: transient }))).toBeUndefined();
});

test('Nor has an error that another transaction, or no failed operation, has led to.', () => {
  const { errors, first } = failuresOf('start runner txn begin(a) fail(a 11000)');
  expect(errors.transientBehind(own(first))).toBeUndefined();
  expect(
    errors.transientBehind(own(Object.assign(new Error('no'), { errorLabels: transient }))),
  ).toBeUndefined();
  expect(errors.transientBehind(new Error('mine'))).toBeUndefined();
  expect(failuresOf('start runner txn').errors.transientBehind(own(first))).toBeUndefined();
});

test('Nor has one that follows from a failure that comes again.', () => {
  const { errors, second } = failuresOf('start runner txn begin(a) fail(a 11000) begin(b) fail(b 251)');
  expect(second).toMatchObject({ code: 251, errorLabels: transient });
  expect(errors.transientBehind(own(second))).toBeUndefined();
});

test('Whether an error leads to a transient one is not known in an attempt without any.', () => {
  expect(failuresOf('start runner txn').errors.leadsToTransient(new Error('mine'))).toBeUndefined();
  const lasting = failuresOf('start runner txn begin(a) fail(a 11000)');
  expect(lasting.errors.leadsToTransient(own(lasting.first))).toBeUndefined();
  const { errors, first, second } = failuresOf(
    'start runner txn begin(a) begin(b) fail(a 11000) fail(b 112)',
  );
  expect(errors.leadsToTransient(own(second))).toBe(true);
  expect(errors.leadsToTransient(second)).toBe(true);
  expect(errors.leadsToTransient(own(first))).toBe(false);
});

test('The first error of the attempt is the cause of its own error, and not of that of another transaction.', () => {
  const { errors, first, second } = failuresOf(
    'start runner txn begin(a) fail(a 11000) begin(b) fail(b 251)',
  );
  expect(errors.causeOfOwn(second)).toBe(first);
  const other = Object.assign(new Error('no'), { code: 251, errorLabels: transient });
  expect(errors.causeOfOwn(other)).toBe(other);
});
