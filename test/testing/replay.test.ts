import { expect, test } from 'vitest';
import { formatEvent } from '../../src/guard/trace/format-event.ts';
import { parseTrace, replayTrace } from '../../src/testing/index.ts';

const recorded = (trace: string) => parseTrace(trace).map(formatEvent).join('\n');

const rulesOf = (trace: string) => replayTrace(recorded(trace)).map(({ rule }) => rule);

test('The rules run as they would have, with the places of the recording.', () => {
  const findings = replayTrace(recorded('start@begin run(a) end@finish begin(b find shop.users)@late'));
  expect(findings).toEqual([
    expect.objectContaining({
      rule: 'use-after-end',
      severity: 'warn',
      messageId: 'operation',
      message: 'find on shop.users used a session that had already ended.',
      place: { file: 'late', line: 1, column: 1 },
      startedAt: { file: 'begin', line: 1, column: 1 },
      endedAt: { file: 'finish', line: 1, column: 1 },
      count: 1,
    }),
  ]);
});

test('A place is reported once, then counted.', () => {
  const findings = replayTrace(recorded('start end begin(a)@late begin(b)@late'));
  expect(findings.map(({ count }) => count)).toEqual([2]);
});

test('Rules are chosen as for a manager.', () => {
  const trace = recorded('start begin(a) end begin(b)');
  expect(replayTrace(trace).map(({ rule }) => rule)).toEqual(['unawaited-operation', 'use-after-end']);
  expect(replayTrace(trace, { rules: { 'use-after-end': 'off' } })).toHaveLength(1);
  expect(replayTrace(trace, { rules: 'strict' }).map(({ severity }) => severity)).toEqual(['error', 'error']);
  expect(replayTrace(trace, { rules: 'off' })).toEqual([]);
  expect(() => replayTrace(trace, { rules: { nothing: 'off' } as never })).toThrow(
    "There is no rule 'nothing'.",
  );
});

test('Options of a rule apply to a recorded trace.', () => {
  const trace = recorded('start wait(10s) tick');
  expect(replayTrace(trace)).toEqual([]);
  expect(replayTrace(trace, { rules: { 'session-leak': ['warn', { warnAfterMS: 5000 }] } })).toHaveLength(1);
});

test('A session that was started before the recording is left out: too little is known of it.', () => {
  const events = parseTrace('start s2:start txn begin(a) commit end begin(b) s2:end s2:begin(c)@known').slice(
    1,
  );
  expect(replayTrace(events).map(({ place }) => place?.file)).toEqual(['known']);
});

test('Scopes and clients count as they did.', () => {
  expect(rulesOf('start(scope=1) run(a) leave(scope=1) close-client')).toEqual(['session-leak']);
  expect(rulesOf('start(scope=1) run(a) leave(scope=1) close-client(client=2)')).toEqual([]);
});
