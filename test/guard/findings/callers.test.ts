import { expect, test } from 'vitest';
import { callersOf } from '../../../src/guard/findings/callers.ts';
import type { Report } from '../../../src/guard/rules/engine/rule.ts';
import type { Site } from '../../../src/guard/events/events.ts';
import { markLibrary, placeOf } from '../../../src/guard/stack/place.ts';
import { meta, siteAt } from './sample.ts';

function site(...frames: readonly string[]): Site {
  return { stack: `Error\n${frames.map(frame => `    at ${frame}`).join('\n')}` };
}

/** The files and lines that a report at this site is called from. */
function callers(at: Site, more: Partial<Report> = {}): readonly string[] {
  const report = { messageId: 'late', site: at, ...more };
  const place = placeOf(report.site) ?? placeOf(report.nearby);
  return callersOf(meta, report, place).map(({ file, line }) => `${file}:${line}`);
}

const order = 'run (/app/order.js:3:4)';

test.each([
  ['a word of the file', 'insert (/app/base-repository.js:1:2)', ['/app/order.js:3']],
  ['a word of its folder', 'insert (/app/repositories/insert.js:1:2)', ['/app/order.js:3']],
  ['a word of a folder on Windows', 'insert (C:\\app\\repositories\\insert.js:1:2)', ['/app/order.js:3']],
  ['a word of the class', 'V2Repository.insert (/app/insert.js:1:2)', ['/app/order.js:3']],
  ['no word of a folder further up', 'insert (/app/shared/orders/insert.js:1:2)', []],
  ['no word of such a folder on Windows', 'insert (C:\\shared\\app\\orders\\insert.js:1:2)', []],
  ['no word of the function itself', 'helper (/app/insert.js:1:2)', []],
  ['no word of the method', 'Order.helper (/app/insert.js:1:2)', []],
  ['no part of a word', 'insert (/app/database2x/reporting.js:1:2)', []],
])('A line has callers by %s.', (_, frame, expected) => {
  expect(callers(site(frame, order))).toEqual(expected);
});

test('A fault in the options of a client has none.', () => {
  const report = { messageId: 'late', site: site('connect (/app/db.js:1:2)', order) };
  const place = placeOf(report.site);
  expect(callersOf(meta, report, place)).toHaveLength(1);
  expect(callersOf({ ...meta, category: 'config' }, report, place)).toEqual([]);
  expect(callersOf(meta, report, undefined)).toEqual([]);
});

test('Three callers are followed at most, each file once.', () => {
  const layers = ['a', 'b', 'c', 'd'].map(name => `run (/app/${name}/utils.js:1:1)`);
  expect(callers(site('insert (/app/base-repository.js:1:2)', ...layers, order))).toEqual([
    '/app/a/utils.js:1',
    '/app/b/utils.js:1',
    '/app/c/utils.js:1',
  ]);
  const base = 'insert (/app/base-repository.js:1:2)';
  const wrapper = 'run (/app/wrapper.js:5:6)';
  const again = 'retry (/app/wrapper.js:7:8)';
  expect(callers(site(base, wrapper, again, base, order))).toEqual(['/app/wrapper.js:5', '/app/order.js:3']);
});

test('Where the misuse has no place of its own, the callers of the place nearby count.', () => {
  const nearby = site('insert (/app/base-repository.js:1:2)', order);
  expect(callers({ stack: undefined }, { nearby })).toEqual(['/app/order.js:3']);
});

test('The callers are those of the place, also where its call is not the innermost.', () => {
  markLibrary('/odm/');
  // The code that awaits the library comes after its frames; the call that led to them is the place.
  const via = site('insert (/app/base-repository.js:1:2)', order);
  const inner = site('exec (/odm/query.js:1:1)', 'async run (/app/late.js:1:2)');
  expect(callers({ ...inner, via })).toEqual(['/app/order.js:3']);
});

test('A session of the same file says nothing of callers, and one of another file does.', () => {
  const at = site('insert (/app/insert.js:1:2)', order);
  expect(callers(at, { startedAt: siteAt('/app/insert.js:7:8') })).toEqual([]);
  expect(callers(at, { startedAt: { stack: undefined } })).toEqual([]);
  expect(callers(at, { startedAt: siteAt('/app/order.js:1:2') })).toEqual(['/app/order.js:3']);
});
