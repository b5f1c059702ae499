import { expect, test } from 'vitest';
import { slowestFiles, type TestFile } from '../../scripts/ci/slowest-files-reporter.mjs';

function file(relativeModuleId: string, importMS: number, testsMS: number): TestFile {
  const none = { environmentSetupDuration: 0, prepareDuration: 0, setupDuration: 0 };
  return { relativeModuleId, diagnostic: () => ({ ...none, collectDuration: importMS, duration: testsMS }) };
}

test('The ten slowest files are listed, imports included, the slowest first.', () => {
  const quick = Array.from({ length: 10 }, (_, index) =>
    file(`test/quick-${index}.test.ts`, 10, 100 + index),
  );
  const lines = slowestFiles([
    ...quick,
    file('test/tests.test.ts', 10, 2000),
    file('test/import.test.ts', 5000, 10),
  ]);
  expect(lines).toHaveLength(11);
  expect(lines[0]).toBe('The 10 slowest of 12 files, which took 8 s one after the other:');
  expect(lines.slice(1, 4)).toEqual([
    '    5.0 s  test/import.test.ts',
    '    2.0 s  test/tests.test.ts',
    '    0.1 s  test/quick-9.test.ts',
  ]);
});

test('A run of ten files has no list.', () => {
  expect(slowestFiles(Array.from({ length: 10 }, () => file('test/a.test.ts', 1, 1)))).toEqual([]);
});
