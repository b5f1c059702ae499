import { expect, test } from 'vitest';
import { docsAddress } from '../../../src/errors/docs-address.ts';
import { buildFinding } from '../../../src/guard/findings/build-finding.ts';
import { finding, meta, siteAt } from './sample.ts';
import { sourceFile } from './source-file.ts';

const data = { operation: 'insert on shop.orders', seconds: 3 };

test('The sentence is filled with the data; unknown parts are left out.', () => {
  expect(buildFinding(meta, 'warn', { messageId: 'late', data }, undefined, [], { now: 0 })).toEqual({
    ...finding,
    docs: docsAddress(finding.docs),
  });
});

test('Data that looks like a placeholder or a replacement pattern is taken as it is.', () => {
  const report = { messageId: 'late', data: { operation: '{seconds} $& $1', seconds: 0 } };
  expect(buildFinding(meta, 'warn', report).message).toBe('{seconds} $& $1 came 0 s late.');
});

test('A message that a rule does not have is named by its rule.', () => {
  expect(buildFinding(meta, 'warn', { messageId: 'unheard' })).toMatchObject({ message: meta.id, fix: '' });
});

test('What is not known of a finding is absent.', () => {
  const found = buildFinding(meta, 'warn', { messageId: 'late', data }, undefined, [], { now: 0 });
  expect(found).toStrictEqual({ ...finding, docs: docsAddress(finding.docs) });
  const context = { id: 'a', startedAt: 1 };
  expect(buildFinding(meta, 'warn', { messageId: 'late' }, undefined, [], { context }).context).toBe(context);
});

test('A missing datum stays visible.', () => {
  expect(buildFinding(meta, 'warn', { messageId: 'early' }).message).toBe('{operation} came early.');
});

test('The place has a code frame where the source can be read.', () => {
  const file = sourceFile('place();');
  const found = buildFinding(meta, 'error', { messageId: 'late', data }, { file, line: 1, column: 1 });
  expect(found).toMatchObject({ severity: 'error', place: { file, codeFrame: '> 1 | place();\n    | ^' } });
  const lost = buildFinding(meta, 'warn', { messageId: 'late' }, { file: '/gone.js', line: 1, column: 1 });
  expect(lost.place).toStrictEqual({ file: '/gone.js', line: 1, column: 1 });
});

test('Where it started and ended is given as a place.', () => {
  const report = { messageId: 'late', data, startedAt: siteAt('/a.js:1:2'), endedAt: siteAt('/b.js:3:4') };
  expect(buildFinding(meta, 'warn', report)).toMatchObject({
    startedAt: { file: '/a.js', line: 1, column: 2 },
    started: 'session',
    endedAt: { file: '/b.js', line: 3, column: 4 },
  });
});

test('What a library has started for a line of the user it has ended for that line, too.', () => {
  const library = 'at run (/app/node_modules/lib/index.js:3:4)';
  const endedAt = { stack: `Error\n    ${library}` };
  const byLibrary = { stack: `Error\n    ${library}\n    at save (/app/save.js:1:2)` };
  const user = { file: '/app/save.js', line: 1, column: 2 };
  const report = { messageId: 'late', endedAt };
  expect(buildFinding(meta, 'warn', { ...report, startedAt: byLibrary }).endedAt).toEqual(user);
  const startedAt = siteAt('/app/save.js:1:2');
  expect(buildFinding(meta, 'warn', { ...report, startedAt }).endedAt?.file).toContain('/node_modules/');
});

test('What was started, a session or a transaction, is named; and nothing has ended that is still running.', () => {
  const library = 'at run (/app/node_modules/lib/index.js:3:4)';
  const startedAt = { stack: `Error\n    ${library}\n    at save (/app/save.js:1:2)` };
  const found = buildFinding(meta, 'warn', { messageId: 'late', startedAt, started: 'transaction' });
  expect(found.started).toBe('transaction');
  expect(found).not.toHaveProperty('endedAt');
});
