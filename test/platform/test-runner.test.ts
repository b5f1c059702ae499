import { afterEach, expect, test, vi } from 'vitest';
import { isUnderTest } from '../../src/platform/test-runner.ts';

const marks = ['VITEST', 'JEST_WORKER_ID', 'NODE_TEST_CONTEXT'];

const { argv } = process;

function asApplication(): void {
  for (const mark of marks) vi.stubEnv(mark, undefined);
  startedBy('/app/server.js');
}

function startedBy(mainFile: string): void {
  process.argv = ['/usr/bin/node', mainFile];
}

afterEach(() => {
  process.argv = argv;
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test('An application is not under test.', () => {
  asApplication();
  expect(isUnderTest()).toBe(false);
});

test.each(marks)('A program is under test where `%s` is set.', mark => {
  asApplication();
  vi.stubEnv(mark, '1');
  expect(isUnderTest()).toBe(true);
});

test('A program is under test where `describe` and `it` are global functions; one of them is not enough.', () => {
  asApplication();
  vi.stubGlobal('describe', () => {});
  expect(isUnderTest()).toBe(false);
  vi.stubGlobal('it', () => {});
  expect(isUnderTest()).toBe(true);
});

test.each([
  '/app/node_modules/ava/lib/worker/base.js',
  '/app/node_modules/.bin/tape',
  'C:\\app\\node_modules\\uvu\\bin.js',
])('A program is under test where a runner is what was started: %s.', mainFile => {
  asApplication();
  startedBy(mainFile);
  expect(isUnderTest()).toBe(true);
});

test('A program is not under test for a folder whose name begins like that of a runner.', () => {
  asApplication();
  startedBy('/app/node_modules/available/server.js');
  expect(isUnderTest()).toBe(false);
});
