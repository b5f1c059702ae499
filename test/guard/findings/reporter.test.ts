import { expect, test } from 'vitest';
import type { Finding } from '../../../src/guard/findings/finding.ts';
import { Reporter } from '../../../src/guard/findings/reporter.ts';
import type { Report } from '../../../src/guard/rules/engine/rule.ts';
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
  expect(delivered.map(({ data, count }) => [data['operation'], count])).toEqual([
    ['insert on shop.orders', 2],
    ['find on shop.users', 1],
  ]);
});

test('Findings without a place are bounded, too: very many of them become one.', () => {
  const { delivered, report, reporter } = newReporter();
  for (let tenant = 0; tenant < 7000; tenant += 1)
    report({ data: { operation: `insert on db${tenant}.orders` } });
  expect(delivered.length).toBeLessThanOrEqual(5001);
  expect(delivered.at(-1)?.count).toBeGreaterThan(1000);
  // Another message and another rule stay other findings.
  const before = delivered.length;
  report({ messageId: 'early' });
  reporter.report({ ...meta, id: 'other' }, 'warn', { messageId: 'late' });
  expect(delivered).toHaveLength(before + 2);
});

test('A finding has the time and the request of its first hit; a place that is written again has the request of now.', () => {
  const delivered: Finding[] = [];
  const again: Finding[] = [];
  const reporter = new Reporter({
    deliver: finding => delivered.push(finding),
    writeAgain: finding => again.push(finding),
    repeatAfterMS: 0,
    now: () => 77,
    isAllowed: () => false,
  });
  const hit = (id?: string) => {
    const context =
      id === undefined ? undefined : { read: () => ({ id, startedAt: 1 }), close() {}, log: undefined };
    reporter.report(meta, 'warn', { messageId: 'late', site: siteAt('/app/a.js:1:2') }, context);
  };
  for (const id of ['a', 'b', undefined]) hit(id);
  expect(delivered).toMatchObject([{ at: 77, context: { id: 'a' } }]);
  expect(again.map(({ context }) => context?.id)).toEqual(['b', 'a']);
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

/** A call of `create` in this file, by the files that stand behind it. */
function wayThroughFiles(file: string, ...callers: readonly string[]) {
  const frames = [`create (${file}:1:2)`, `save (${file}:9:2)`, ...callers.map(caller => `run (${caller})`)];
  return { stack: `Error\n${frames.map(frame => `    at async ${frame}`).join('\n')}` };
}

test('The line of a generic repository is another finding for each of its callers.', () => {
  const { delivered, report } = newReporter();
  const file = '/app/src/base-repository.js';
  report({ site: wayThroughFiles(file, '/app/src/orders.js:3:4', '/app/src/http.js:5:6') });
  report({ site: wayThroughFiles(file, '/app/src/orders.js:3:4', '/app/src/cron.js:7:8') });
  report({ site: wayThroughFiles(file, '/app/src/users.js:3:4', '/app/src/http.js:5:6') });
  expect(delivered.map(({ calledFrom, count }) => [calledFrom?.map(place => place.file), count])).toEqual([
    [['/app/src/orders.js'], 2],
    [['/app/src/users.js'], 1],
  ]);
});

test('Callers that are generic themselves are followed to one that is not.', () => {
  const { delivered, report } = newReporter();
  const orders = '/app/repositories/order.repository.js:3:4';
  report({
    site: wayThroughFiles(
      '/app/base.repository.js',
      '/app/node_modules/x/y.js:1:1',
      orders,
      '/app/order.js:5:6',
    ),
  });
  expect(delivered[0]?.calledFrom).toEqual([
    { file: '/app/repositories/order.repository.js', line: 3, column: 4 },
    { file: '/app/order.js', line: 5, column: 6 },
  ]);
});

test('A class tells that its file serves many, too.', () => {
  const { delivered, report } = newReporter();
  const stack = `Error\n    at BaseRepository.insert (/app/b.js:1:2)\n    at run (/app/c.js:3:4)`;
  report({ site: { stack } });
  expect(delivered[0]?.calledFrom).toEqual([{ file: '/app/c.js', line: 3, column: 4 }]);
});

test('A file that was handed a session of another file names its caller.', () => {
  const { delivered, report } = newReporter();
  const site = wayThroughFiles('/app/insert.js', '/app/order.js:3:4');
  report({ site, startedAt: siteAt('/app/insert.js:7:8') });
  expect(delivered[0]).not.toHaveProperty('calledFrom');
  report({ site, startedAt: siteAt('/app/order.js:1:2') });
  expect(delivered[1]?.calledFrom).toEqual([{ file: '/app/order.js', line: 3, column: 4 }]);
});

test('A comment at the caller allows it.', () => {
  const { delivered, report } = newReporter();
  const caller = sourceFile('orders.save(); // session-guard-allow sample-rule -- meant here');
  report({ site: wayThroughFiles('/app/base-repository.js', `${caller}:1:1`) });
  report({ site: wayThroughFiles('/app/base-repository.js', '/app/other.js:1:1') });
  expect(delivered.map(({ calledFrom }) => calledFrom?.[0]?.file)).toEqual(['/app/other.js']);
});
