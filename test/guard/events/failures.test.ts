import { expect, test } from 'vitest';
import { newOperation } from '../../../src/guard/events/operation.ts';
import { awaitable } from '../../../src/guard/events/record.ts';
import { openRecord, reduce } from '../../../src/guard/events/reducer.ts';
import { parseTrace } from '../../../src/testing/index.ts';

function recordOf(trace: string) {
  const [start, ...events] = parseTrace(trace);
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const record = openRecord(start);
  for (const event of events) reduce(record, event);
  return record;
}

test('An operation of the transaction before fails for that one, and its success forgives nothing in this one.', () => {
  expect(recordOf('start txn begin(a) abort txn fail(a 112)').transaction?.failures).toEqual([]);
  const { transaction } = recordOf('start txn begin(a) abort txn begin(b) fail(b 112) sent(a) settle(a)');
  expect(transaction?.firstFailure?.error.code).toBe(112);
});

test('What was sent when a NoSuchTransaction was answered, or later, is not its cause.', () => {
  const [start, ...events] = parseTrace('start txn begin(a) begin(b) fail(a 251) fail(b 112)');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const firstCode = (sentLaterMS: number) => {
    const record = openRecord(start);
    let answeredAt = 0;
    for (const event of events) {
      const isOfB = event.type === 'operation.settled' && event.error?.code === 112;
      reduce(record, isOfB ? { ...event, sentAt: answeredAt + sentLaterMS } : event);
      answeredAt = event.at;
    }
    return record.transaction?.firstFailure?.error.code;
  };
  expect([-1, 0, 1].map(firstCode)).toEqual([112, 251, 251]);
});

test('Transactions do not share their failures.', () => {
  const one = recordOf('start txn begin(a) fail(a 112)');
  const other = recordOf('start txn');
  expect(one.transaction?.failures).toHaveLength(1);
  expect(other.transaction?.failures).toEqual([]);
});

test('What begins on a session besides single commands is awaitable.', () => {
  const operation = newOperation({ command: 'bulkWrite', kind: 'composite', inTransaction: false });
  const record = recordOf('start');
  const event = { v: 1, at: 1, client: 1, session: 1, type: 'operation.requested', operation } as const;
  reduce(record, { ...event, foreign: false, attemptOver: false });
  expect(awaitable(record)).toEqual([operation]);
});
