import { expect, test } from 'vitest';
import type { Finding } from '../../src/report/finding.ts';
import { Reporter } from '../../src/report/reporter.ts';
import type { Report } from '../../src/rules/rule.ts';
import { meta, siteAt } from './sample.ts';
import { sourceFile } from './source-file.ts';

/** The same line, reached through another caller. */
function wayThrough(caller: string) {
  return { stack: `Error\n    at /app/a.js:1:2\n    at ${caller} (/app/b.js:1:1)` };
}

function newReporter(isAllowed: (rule: string) => boolean = () => false) {
  const delivered: Finding[] = [];
  const reporter = new Reporter({ deliver: finding => delivered.push(finding), isAllowed });
  const report = (what: Partial<Report>) => reporter.report(meta, 'warn', { messageId: 'late', ...what });
  return { delivered, reporter, report };
}

test('A place is reported once, then counted on the same finding.', () => {
  const { delivered, report } = newReporter();
  const first = report({ site: siteAt('/app/a.js:1:2') });
  const second = report({ site: siteAt('/app/a.js:1:2') });
  expect(delivered).toEqual([first]);
  expect(second).toBe(first);
  expect(first?.count).toBe(2);
});

test('Other lines, columns, files, messages and rules are other findings.', () => {
  const { delivered, report, reporter } = newReporter();
  for (const place of ['/app/a.js:1:2', '/app/a.js:1:3', '/app/a.js:2:2', '/app/b.js:1:2'])
    report({ site: siteAt(place) });
  report({ site: siteAt('/app/a.js:1:2'), messageId: 'early' });
  reporter.report({ ...meta, id: 'other' }, 'warn', { messageId: 'late', site: siteAt('/app/a.js:1:2') });
  expect(delivered).toHaveLength(6);
});

test('The same place on another way is the same finding.', () => {
  const { delivered, report } = newReporter();
  report({ site: wayThrough('f') });
  report({ site: wayThrough('g') });
  expect(delivered).toHaveLength(1);
});

test('Without a place, the words of the data tell findings apart, and numbers do not.', () => {
  const { delivered, report } = newReporter();
  report({ data: { operation: 'insert on shop.orders', seconds: 1 } });
  report({ data: { operation: 'insert on shop.orders', seconds: 2 } });
  report({ data: { operation: 'find on shop.users', seconds: 1 } });
  expect(delivered.map(({ count }) => count)).toEqual([2, 1]);
});

test('What is not bounded by places is bounded: very many findings without one become one.', () => {
  const { delivered, report } = newReporter();
  for (let tenant = 0; tenant < 7000; tenant += 1)
    report({ data: { operation: `insert on db${tenant}.orders` } });
  expect(delivered.length).toBeLessThanOrEqual(5001);
  expect(delivered.at(-1)?.count).toBeGreaterThan(1000);
});

test('Inside `allow` nothing is reported nor counted.', () => {
  let inside = true;
  const { delivered, report, reporter } = newReporter(rule => inside && rule === meta.id);
  expect(report({ site: siteAt('/app/a.js:1:2') })).toBeUndefined();
  expect(reporter.counts()).toEqual({});
  inside = false;
  report({ site: siteAt('/app/a.js:1:2') });
  expect(delivered[0]?.count).toBe(1);
});

test('A line with an allow comment is silent, however often it is hit.', () => {
  const file = sourceFile('', '// session-guard-allow sample-rule -- it is a test', 'place();');
  const { delivered, report, reporter } = newReporter();
  expect(report({ site: siteAt(`${file}:3:1`) })).toBeUndefined();
  expect(report({ site: siteAt(`${file}:3:1`) })).toBeUndefined();
  expect(delivered).toEqual([]);
  expect(reporter.counts()).toEqual({});
});

test('The counts are by rule, over all places.', () => {
  const { report, reporter } = newReporter();
  report({ site: siteAt('/app/a.js:1:2') });
  report({ site: siteAt('/app/a.js:1:2') });
  report({ site: siteAt('/app/b.js:1:2') });
  reporter.report({ ...meta, id: 'other' }, 'warn', { messageId: 'late' });
  expect(reporter.counts()).toEqual({ 'sample-rule': 3, other: 1 });
});

test('Where the misuse has no place of its own, the place nearby is shown.', () => {
  const { delivered, report } = newReporter();
  report({ nearby: siteAt('/app/end.js:9:1') });
  report({ site: siteAt('/app/a.js:1:2'), nearby: siteAt('/app/end.js:9:1') });
  expect(delivered.map(({ place }) => place?.file)).toEqual(['/app/end.js', '/app/a.js']);
});
