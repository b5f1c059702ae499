import { expect, test } from 'vitest';
import type { Finding } from '../../../src/guard/findings/finding.ts';
import { Reporter } from '../../../src/guard/findings/reporter.ts';
import { meta, siteAt } from './sample.ts';
import { sourceFile } from './source-file.ts';

const doubt = { block: /end\(/, code: /commit\(/ };

/** How many findings a report at the second line of a program makes, whose rule doubts it. */
function found(...lines: readonly string[]): number {
  const delivered: Finding[] = [];
  const reporter = new Reporter({ deliver: finding => delivered.push(finding), isAllowed: () => false });
  const site = siteAt(`${sourceFile(...lines)}:2:3`);
  reporter.report(meta, 'warn', { messageId: 'late', site, doubt });
  return delivered.length;
}

test('A rule that doubts is silent where the code around the place has what it would miss.', () => {
  expect(found('function save() {', '  start();', '  if (right) commit();', '  end();', '}')).toBe(0);
});

test('It reports where that code has it not, or only outside of the block or in a comment.', () => {
  expect(found('function save() {', '  start();', '  end();', '}')).toBe(1);
  expect(found('function save() {', '  start(); // commit()', '  end();', '}', 'commit();')).toBe(1);
});

test('It reports where no block is known, and where there is no place.', () => {
  expect(found('function save() {', '  start();', '}')).toBe(1);
  const delivered: Finding[] = [];
  const reporter = new Reporter({ deliver: finding => delivered.push(finding), isAllowed: () => false });
  reporter.report(meta, 'warn', { messageId: 'late', site: siteAt('/no/such/file.js:1:1'), doubt });
  reporter.report(meta, 'warn', { messageId: 'late', doubt });
  expect(delivered).toHaveLength(2);
});
