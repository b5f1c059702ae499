import { expect, test } from 'vitest';
import { SessionGuardError } from '../../src/index.ts';
import { LineReader } from '../../src/guard/trace/read-lines.ts';
import { ReportBuilder } from '../../src/report/data/report-builder.ts';
import type { ReportData } from '../../src/report/data/report-data.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { reportText } from '../../src/report/text/report-text.ts';
import {
  array,
  assert,
  constantFrom,
  jsonValue,
  nat,
  oneof,
  property,
  string,
} from '../support/properties.ts';
import { arbitraryTrace } from '../testing/arbitrary-trace.ts';
import { finding, traceOf } from './support/report-of.ts';

/** Everything that a line can have: a request with its findings, waits, attempts with their reasons, stragglers. */
const busy = [
  'connect start(scope=1)@here txn begin(a insert shop.orders)@there fail(a 112) abort end leave(scope=1) pool-waited(700ms)',
  's2:start s2:runner s2:txn s2:begin(b) s2:callback-rejects(own 112) s2:abort s2:txn s2:run(c) s2:callback-returns s2:commit s2:runner-done',
  's2:begin(d) s2:end',
].join(' ');
const context = { id: '7', method: 'GET', route: '/users/:id', startedAt: 1_800_000_000_000 };
const place = { file: '/app/a.js', line: 3, column: 5, codeFrame: '> 3 | x' };
const whole = { ...finding, place, calledFrom: [place], startedAt: place, endedAt: place, context };
const lines = traceOf(busy, [{ finding: whole, session: 1, operation: 1 }]);

/** What JSON can say, and what is not a value in JavaScript any more, or misleads it. */
const hostile = oneof(
  jsonValue(),
  constantFrom<unknown>('1e999', -1, 1e300, 8.64e15, -8.64e15, null, '__proto__', 'constructor', '\u001b[2J'),
  constantFrom<unknown>({ toString: 1, valueOf: 1 }, { length: -1 }, [[[]]], { via: null }, { stack: 5 }),
  string(),
);

/** A value of a line, by the names that lead to it. */
type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]))];
}

function withValue(value: unknown, [name, ...rest]: Path, put: unknown): unknown {
  if (name === undefined) return put;
  const copy: Record<string, unknown> = { ...(value as object) };
  copy[name] = withValue(copy[name], rest, put);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

/** Undefined if the trace is refused, as one that is wrong should be. */
function read(text: readonly string[]): ReportData | undefined {
  const reader = new LineReader({ unites: false });
  const builder = new ReportBuilder();
  try {
    for (const line of text) {
      const found = reader.read(line);
      if (found !== undefined) builder.add(found);
    }
  } catch (error) {
    if (error instanceof SessionGuardError) return undefined;
    throw error;
  }
  return builder.data('somebody else’s');
}

/** A number that is none is `null` in JSON: the page would calculate with it. */
function expectShown(data: ReportData): void {
  for (const isColored of [true, false])
    reportText({ ...data, against: data }, { isColored, isShort: false });
  expect(reportPage(data)).toContain('</html>');
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
}

test('the sample has all kinds of lines, and is a report', () => {
  const data = read(lines);
  expect(data).toMatchObject({ totals: { sessions: 2, retries: 1, waits: 1 }, findings: [{ count: 1 }] });
  if (data !== undefined) expectShown(data);
});

test('whatever stands in the place of a value, the trace is refused, or its report is shown', () => {
  const places = lines.flatMap((line, index) => pathsOf(JSON.parse(line)).map(path => ({ index, path })));
  let shown = 0;
  assert(
    property(array(nat(places.length - 1), { minLength: 1, maxLength: 2 }), hostile, (which, put) => {
      const changed = [...lines];
      for (const number of which) {
        const { index = 0, path = [] } = places[number] ?? {};
        const line = JSON.stringify(withValue(JSON.parse(changed[index] ?? ''), path, put));
        changed[index] = line.replaceAll('"1e999"', '1e999');
      }
      const data = read(changed);
      if (data === undefined) return;
      shown += 1;
      expectShown(data);
    }),
    { numRuns: 1000 },
  );
  expect(shown).toBeGreaterThan(100);
});

test('a trace with damaged characters is refused, or its report is shown', () => {
  const text = lines.join('\n');
  assert(
    property(nat(text.length), nat(40), string({ maxLength: 8 }), (at, length, put) => {
      const data = read(`${text.slice(0, at)}${put}${text.slice(at + length)}`.split('\n'));
      if (data !== undefined) expectShown(data);
    }),
    { numRuns: 300 },
  );
});

test('whatever happened in a process, its report is shown', () => {
  assert(
    property(arbitraryTrace, trace => {
      const data = read(traceOf(trace, [{ finding: whole, session: 1 }]));
      expect(data).toBeDefined();
      if (data !== undefined) expectShown(data);
    }),
    { numRuns: 60 },
  );
});
