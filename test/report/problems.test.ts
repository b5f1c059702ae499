import { expect, test } from 'vitest';
import { problemsOf } from '../../src/report/data/problems.ts';
import type { ReportData } from '../../src/report/data/report-data.ts';
import { reportText } from '../../src/report/text/report-text.ts';
import type { Finding } from '../../src/guard/findings/finding.ts';
import { finding, type Found, reportOf, reportOfLines, traceOf } from './support/report-of.ts';

function of(rule: Finding['rule'], line: number, more: Partial<Finding> = {}): Finding {
  return { ...finding, rule, place: { file: '/app/orders.js', line, column: 5 }, ...more };
}

const parallel = of('parallel-in-transaction', 7);
const unawaited = of('unawaited-operation', 8);
const late = of('use-after-end', 8);
const leak = of('session-leak', 2, { category: 'suspicious' });

/** Sessions, each with these findings in this order. */
function report(...sessions: readonly (readonly Finding[])[]): ReportData {
  const words = sessions.map((_, index) => `s${index + 1}:start s${index + 1}:txn`).join(' ');
  const found = sessions.flatMap((findings, index): Found[] =>
    findings.map(one => ({ finding: one, session: index + 1 })),
  );
  return reportOf(words, found);
}

/** The rules of each problem. */
function rulesOf({ findings }: Pick<ReportData, 'findings'>): string[][] {
  return problemsOf(findings).map(({ first, parts }) => [first, ...parts].map(({ rule }) => rule));
}

test('findings that come after another one in the same transactions are parts of one problem', () => {
  expect(rulesOf(report([parallel, unawaited, late], [parallel, late], [parallel]))).toEqual([
    ['parallel-in-transaction', 'use-after-end', 'unawaited-operation'],
  ]);
});

test('a finding that is also made without the other one is a problem of its own', () => {
  expect(rulesOf(report([parallel, late], [late], [parallel]))).toEqual([
    ['parallel-in-transaction'],
    ['use-after-end'],
  ]);
  // Nearly always: one of five may miss.
  const together = [parallel, late];
  expect(rulesOf(report(together, together, together, together, [late]))).toHaveLength(1);
});

test('a finding that is mostly made without a session is a problem of its own', () => {
  const alone: Found[] = [1, 2, 3].map(() => ({ finding: late }));
  const both: Found[] = [parallel, late].map(one => ({ finding: one, session: 1 }));
  expect(rulesOf(reportOf('start txn', [...both, ...alone]))).toHaveLength(2);
});

test('a finding is no part of one that is less grave', () => {
  expect(rulesOf(report([leak, parallel]))).toEqual([['parallel-in-transaction'], ['session-leak']]);
  expect(rulesOf(report([parallel, leak]))).toEqual([['parallel-in-transaction', 'session-leak']]);
});

test('transactions of one session one after the other have problems of their own', () => {
  const both: Found[] = [parallel, late].map(one => ({ finding: one, session: 1 }));
  expect(rulesOf(reportOf('start txn commit txn commit', both))).toHaveLength(1);
  const lines = traceOf('start txn commit txn commit', both);
  const [first = '', second = ''] = lines.slice(-2);
  const end = lines.findIndex(line => line.includes('"transaction.committed"')) + 1;
  const apart = [...lines.slice(0, end), first, ...lines.slice(end, -2), second];
  expect(rulesOf(reportOfLines(apart))).toHaveLength(2);
});

test('findings without a session are problems of their own', () => {
  const found = [parallel, late].map(one => ({ finding: one }));
  expect(rulesOf(reportOf('start end', found))).toHaveLength(2);
});

test('a chain of parts is one problem; each finding is in exactly one, also where the first is filtered out', () => {
  const { findings } = report([parallel, unawaited, late], [unawaited, late], [unawaited, late], [late]);
  const all = rulesOf({ findings }).flat();
  expect(all).toHaveLength(3);
  expect(new Set(all)).toEqual(new Set(findings.map(({ rule }) => rule)));
  const others = findings.filter(({ rule }) => rule !== 'parallel-in-transaction');
  expect(rulesOf({ findings: others }).flat()).toHaveLength(2);
});

test('the text has each finding, those of one problem below each other', () => {
  const text = reportText(report([parallel, late], [parallel]), { isColored: false, isShort: false });
  expect(text).toContain('session-guard: 3 findings at 2 places, 1 problem, in app');
  const [title, ...rest] = text.split('\n\n')[1]?.split('\n') ?? [];
  expect(title).toMatch(/^correctness parallel-in-transaction {2}2 times, since /);
  expect(rest.slice(-5)).toEqual([
    '  and then, in the same transaction or session:',
    expect.stringMatching(/^ {2}- correctness use-after-end {2}once, at /),
    `      ${late.message}`,
    '        at /app/orders.js:8:5',
    '      fix: Await it.',
  ]);
});
