import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { colored, paletteFor, plain } from '../../../src/guard/findings/colors.ts';
import type { Finding } from '../../../src/guard/findings/finding.ts';
import { formatDetail, formatFinding } from '../../../src/guard/findings/format-text.ts';
import { finding } from './sample.ts';

const codeFrame = '> 3 | place();\n    | ^\n  4 |';
const full: Finding = {
  ...finding,
  place: { file: '/app/order.js', line: 3, column: 1, codeFrame },
  calledFrom: [
    { file: '/app/repository.js', line: 4, column: 5 },
    { file: '/app/cron.js', line: 6, column: 7 },
  ],
  startedAt: { file: '/app/start.js', line: 1, column: 2 },
  started: 'transaction',
  endedAt: { file: '/app/end.js', line: 9, column: 8 },
};

const text = `warning sample-rule: insert on shop.orders came 3 s late.
    at /app/order.js:3:1
  > 3 | place();
      | ^
    4 |
  called from: /app/repository.js:4:5
  called from: /app/cron.js:6:7
  started: /app/start.js:1:2 (the transaction)
  ended: /app/end.js:9:8
  fix: Be in time.
  docs: docs/rules/sample-rule.md`;

afterEach(() => vi.unstubAllEnvs());

test('A finding is one sentence, then its places, the fix and the page.', () => {
  expect(formatFinding(full)).toBe(text);
});

test('Unknown facts are left out.', () => {
  expect(formatFinding({ ...finding, severity: 'error' })).toBe(
    'error sample-rule: insert on shop.orders came 3 s late.\n  fix: Be in time.\n  docs: docs/rules/sample-rule.md',
  );
});

test.each([
  [{ id: 'a7', method: 'GET', route: '/orders/:id' }, 'GET /orders/:id, id a7'],
  [{ id: 'a7', route: 'nightly' }, 'nightly, id a7'],
  [{ method: 'GET' }, 'GET'],
  [{ id: 'a7' }, 'id a7'],
  [{}, 'not known'],
])('The request %j is one line.', (context, line) => {
  const detail = formatDetail({ ...finding, context: { ...context, startedAt: 1 } });
  expect(detail).toMatch(/^  request: /);
  expect(detail.split('\n')[0]).toBe(`  request: ${line}`);
});

test('The detail is the same without the sentence.', () => {
  expect(formatDetail(full)).toBe(text.slice(text.indexOf('\n') + 1));
});

test('Colours change nothing of the text.', () => {
  vi.stubEnv('FORCE_COLOR', '1');
  vi.stubEnv('NO_COLOR', undefined);
  expect(stripVTControlCharacters(formatFinding(full, colored))).toBe(text);
});

test('Every part of a palette is used, and a warning has another colour than an error.', () => {
  const tagged = { ...plain };
  for (const name of Object.keys(plain) as (keyof typeof plain)[])
    tagged[name] = part => `<${name}>${part}</${name}>`;
  const warning = formatFinding(full, tagged);
  expect(warning).toContain('<warn>warning</warn> <rule>sample-rule</rule>');
  expect(warning).toContain('<path>/app/order.js:3:1</path>');
  expect(warning).toContain('  <mark>> 3 | place();</mark>\n  <mark>    | ^</mark>\n  <dim>  4 |</dim>');
  expect(warning).toContain('<label>fix:</label>');
  expect(formatFinding({ ...full, severity: 'error' }, tagged)).toContain('<error>error</error>');
});

test('Colours are for terminals, and never against NO_COLOR or on a dumb one.', () => {
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('TERM', 'xterm');
  expect(paletteFor({ isTTY: true })).toBe(colored);
  expect(paletteFor({ isTTY: false })).toBe(plain);
  expect(paletteFor({})).toBe(plain);
  vi.stubEnv('TERM', 'dumb');
  expect(paletteFor({ isTTY: true })).toBe(plain);
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('NO_COLOR', '1');
  expect(paletteFor({ isTTY: true })).toBe(plain);
  vi.stubEnv('NO_COLOR', '');
  expect(paletteFor({ isTTY: true })).toBe(colored);
});
