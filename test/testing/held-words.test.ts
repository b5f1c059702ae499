import { expect, test } from 'vitest';
import type { SessionGuardEvent } from '../../src/guard/events/events.ts';
import { parseTrace } from '../../src/testing/index.ts';
import { expectWords } from '../real/support/words/hold-words.ts';

const retried =
  'start(client=2) connecting(client=2) runner txn begin(a) fail(a 112) callback-rejects(a) abort txn run(b) callback-returns commit runner-done end';

test('what the words say comes out of the words again', () => {
  expectWords(parseTrace(retried));
});

const parts = ['transaction.retried', 'callback.entered', 'transaction.aborted'] as const;

test.each(parts)('a driver without %s is noticed', type => {
  const events = parseTrace(retried);
  expect(events.some(event => event.type === type)).toBe(true);
  expect(() => expectWords(events.filter(event => event.type !== type))).toThrow(/session 1: s1:start/);
});

const changes: Readonly<Record<string, (event: SessionGuardEvent) => SessionGuardEvent>> = {
  'an operation outside its transaction': event =>
    event.type === 'operation.requested'
      ? { ...event, operation: { ...event.operation, inTransaction: false } }
      : event,
  'a commit of the user': event =>
    event.type === 'transaction.committed' ? { ...event, by: 'user' } : event,
  'an error that leads nowhere': event =>
    event.type === 'callback.returned' && event.error !== undefined ? { ...event, linked: false } : event,
  'an end from inside': event => (event.type === 'session.ending' ? { ...event, inside: true } : event),
};

test.each(Object.entries(changes))('%s is noticed', (_what, change) => {
  expect(() => expectWords(parseTrace(retried).map(change))).toThrow(/session 1: s1:start/);
});
