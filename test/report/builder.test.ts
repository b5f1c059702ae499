import { expect, test } from 'vitest';
import { EventPipeline } from '../../src/guard/events/event-pipeline.ts';
import { World } from '../../src/guard/events/world.ts';
import { FindingHub } from '../../src/guard/findings/finding-hub.ts';
import type { Finding } from '../../src/guard/findings/finding.ts';
import { readLines } from '../../src/guard/trace/read-lines.ts';
import { TraceWriter } from '../../src/guard/trace/trace-writer.ts';
import { ReportBuilder } from '../../src/report/data/report-builder.ts';
import type { ReportData } from '../../src/report/data/report-data.ts';
import { reportText } from '../../src/report/text/report-text.ts';
import { parseTrace } from '../../src/testing/index.ts';
import { finding, reportOf } from './support/report-of.ts';

test('a transaction has its outcome, its operations and their times', () => {
  const { sessions, totals } = reportOf(
    'start@here wait(5s) txn begin(a insert shop.orders) wait(2s) settle(a) commit end',
  );
  expect(totals).toMatchObject({ sessions: 1, transactions: 1, committed: 1, operations: 2, retries: 0 });
  const [session] = sessions;
  expect(session).toMatchObject({
    number: 1,
    endedAt: expect.any(Number),
    place: expect.stringContaining('here'),
  });
  expect(session?.transactions).toMatchObject([{ outcome: 'committed', byHand: true, attempts: [{}] }]);
  const [operation] = session?.operations ?? [];
  expect(operation).toMatchObject({ command: 'insert', namespace: 'shop.orders' });
  expect(Math.floor(((operation?.endedAt ?? 0) - (operation?.at ?? 0)) / 1000)).toBe(2);
  expect(Math.floor(((operation?.at ?? 0) - (session?.at ?? 0)) / 1000)).toBe(5);
});

test('an operation in flight at the end is one that nobody awaited; one that fails has its error', () => {
  const { sessions, totals } = reportOf('start begin(a) begin(b) fail(b 11000) end settle(a)');
  expect(sessions[0]?.operations.map(({ straggler, error }) => ({ straggler, error }))).toEqual([
    { straggler: true, error: undefined },
    { straggler: undefined, error: 'MongoServerError (DuplicateKey)' },
  ]);
  expect(totals.failedOperations).toBe(1);
});

test('a transaction whose session ends is aborted; one without an end runs', () => {
  expect(reportOf('start txn run(a) end').sessions[0]?.transactions).toMatchObject([{ outcome: 'aborted' }]);
  const [running] = reportOf('start txn run(a)').sessions;
  expect(running?.endedAt).toBeUndefined();
  expect(running?.transactions).toMatchObject([{ outcome: 'running' }]);
});

test('a finding is counted at its place, and marked in its session', () => {
  const again = { ...finding };
  const { findings, sessions } = reportOf('start end s2:start s2:end', [
    { finding, session: 1 },
    { finding, session: 2, operation: 7 },
    { finding: again, session: 2 },
  ]);
  expect(findings).toMatchObject([{ rule: 'use-after-end', count: 3, place: '/app/users.js:3:5' }]);
  expect(sessions.map(({ marks }) => marks.length)).toEqual([1, 2]);
  expect(sessions[1]?.marks[0]).toMatchObject({ operation: 7, finding: findings[0]?.key });
});

test('certain faults come first, then the most frequent findings', () => {
  const doubtful: Finding = { ...finding, rule: 'session-leak', category: 'suspicious' };
  const rare: Finding = { ...finding, rule: 'open-cursor' };
  const found = [doubtful, doubtful, doubtful, rare, finding, finding].map(one => ({
    finding: one,
    session: 1,
  }));
  expect(reportOf('start end', found).findings.map(({ rule }) => rule)).toEqual([
    'use-after-end',
    'open-cursor',
    'session-leak',
  ]);
});

test('of too many sessions, the oldest without a finding are left out, and counted in all sums', () => {
  const trace = Array.from({ length: 6 }, (_, index) => `s${index + 1}:start s${index + 1}:end`).join(' ');
  const { sessions, omitted, totals } = reportOf(trace, [], { sessions: 4 });
  expect(sessions.map(({ number }) => number)).toEqual([3, 4, 5, 6]);
  expect(omitted).toBe(2);
  expect(totals.sessions).toBe(6);
});

test('of a session with very much in it the latest transactions are listed, and all are counted', () => {
  const trace = `start ${'txn begin(a) settle(a) commit '.repeat(5)}`;
  const found = [1, 2, 3, 4].map(() => ({ finding, session: 1 }));
  const { sessions, totals, findings } = reportOf(trace, found, { perSession: 3 });
  const [session] = sessions;
  expect(session?.transactions).toHaveLength(3);
  expect(session?.transactions[0]?.at).toBeGreaterThan(session?.operations[0]?.at ?? Infinity);
  expect(session?.operations).toHaveLength(3);
  expect(session?.marks).toHaveLength(3);
  expect(totals).toMatchObject({ transactions: 5, committed: 5 });
  expect(findings).toMatchObject([{ count: 4 }]);
});

test('a finding without a session is news, too', () => {
  const builder = new ReportBuilder();
  const append = (line: string) => {
    for (const read of readLines([line])) builder.add(read);
  };
  const hub = new FindingHub();
  const pipeline = new EventPipeline(new World(), error => expect.unreachable(String(error)));
  new TraceWriter({ append, appendNow: append }).attach({ pipeline, hub });
  const before = builder.revision;
  hub.deliver(finding);
  expect(builder.revision).toBeGreaterThan(before);
  expect(builder.data('app', before).findings).toMatchObject([{ count: 1 }]);
  expect(builder.data('app', builder.revision).findings).toEqual([]);
});

test('an attempt whose abort is rejected is over then, too', () => {
  const { sessions, totals } = reportOf(
    'start runner txn run(a) callback-rejects(own 112) abort-fail(251) wait(5s) txn callback-returns commit runner-done end',
  );
  const [first, second] = sessions[0]?.transactions[0]?.attempts ?? [];
  expect((second?.at ?? 0) - (first?.endedAt ?? 0)).toBeGreaterThan(4000);
  expect(totals).toMatchObject({ transactions: 1, committed: 1, aborted: 0, retries: 1 });
  const byHand = reportOf('start txn run(a) abort-fail(251) wait(5s) end');
  expect(byHand.sessions[0]?.transactions).toMatchObject([{ outcome: 'aborted' }]);
  const [session] = byHand.sessions;
  expect((session?.endedAt ?? 0) - (session?.transactions[0]?.endedAt ?? 0)).toBeGreaterThan(4000);
});

test('of a transaction with very many attempts the first and the latest are listed, and the others counted', () => {
  const inVain = 'txn callback-rejects(own 112) abort '.repeat(249);
  const { sessions, totals } = reportOf(`start runner ${inVain} txn callback-returns commit runner-done end`);
  const [transaction] = sessions[0]?.transactions ?? [];
  expect(transaction).toMatchObject({ outcome: 'committed', moreAttempts: 150 });
  expect(transaction?.attempts).toHaveLength(100);
  expect(transaction?.attempts.at(-1)?.endedAt).toEqual(expect.any(Number));
  expect(totals.retries).toBe(249);
});

test('a wait for a connection has its time, its end and its place', () => {
  const { waits, totals } = reportOf('connect pool-waited(700ms) pool-waited(20s timed-out)');
  expect(waits).toMatchObject([
    { ms: 700, timedOut: false },
    { ms: 20_000, timedOut: true },
  ]);
  expect(totals).toMatchObject({ waits: 2, longestWaitMS: 20_000 });
});

test('a trace of version 1 has a timeline without times of day', () => {
  const builder = new ReportBuilder();
  for (const event of parseTrace('start begin(a) wait(3s) settle(a) end'))
    builder.add({ kind: 'event', process: '', time: undefined, event });
  const data = builder.data('old.ndjson');
  expect(data.start).toBe(0);
  expect(data.sessions).toMatchObject([{ at: 0, endedAt: expect.any(Number) }]);
});

test('the text says what, where, how often, what to do; details only where they are wanted', () => {
  const data = reportOf('start txn run(a) commit end', [{ finding, session: 1 }]);
  const text = reportText(data, { isColored: false, isShort: false });
  expect(text).toContain('session-guard: 1 finding at 1 place in app');
  expect(text).toContain('correctness use-after-end  once, at ');
  expect(text).toContain('    at /app/users.js:3:5');
  expect(text).toContain('  fix: Await it.');
  expect(text).toContain(
    '1 session, 2 operations, 1 transaction: 1 committed, 0 aborted, 0 further attempts.',
  );
  expect(reportText(data, { isColored: false, isShort: true })).not.toContain('fix:');
});

test('nothing in a trace of somebody else can forge a line of the text', () => {
  const place = { file: '/app/users.js', line: 3, column: 5, codeFrame: '> 3 | \u001b[2Jawait x;' };
  const forged = { ...finding, place, docs: 'docs\u202E.md' };
  const data = reportOf('start run(a) end', [{ finding: forged, session: 1 }]);
  const text = reportText(data, { isColored: false, isShort: false });
  expect(text).toContain('    > 3 | \\u001B[2Jawait x;');
  expect(text).toContain('docs: docs\\u202E.md');
});

function made(line: number, text: string): Finding {
  const codeFrame = `> ${line} | ${text}`;
  return { ...finding, place: { file: '/app/users.js', line, column: 5, codeFrame } };
}

function run(...found: readonly Finding[]): ReportData {
  return reportOf(
    'start run(a) end',
    found.map(one => ({ finding: one, session: 1 })),
  );
}

test('two runs are compared: findings that are new, as before although the line has moved, or gone', () => {
  const before = run(made(3, 'await x;'), made(3, 'await x;'), made(9, 'await gone;'));
  const data = { ...run(made(4, 'await x;'), made(7, 'await y;')), against: { ...before, title: 'old' } };
  const text = reportText(data, { isColored: false, isShort: true });
  expect(text).toContain('Compared with old: 1 new, 1 as before, 1 gone (1 session; before: 1).');
  expect(text).toMatch(/use-after-end {2}once, at \S+; before: 2 times/);
  expect(text).toMatch(/use-after-end {2}once, at \S+; NEW/);
  expect(text).toContain('gone use-after-end  before: once');
});
