import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'session-guard-report-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file of source code for one test and returns its path. */
export function sourceFile(...lines: readonly string[]): string {
  files += 1;
  const file = join(folder, `source-${files}.js`);
  writeFileSync(file, lines.join('\n'));
  return file;
}
