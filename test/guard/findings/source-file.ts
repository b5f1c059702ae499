import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { appFolder } from '../../support/app-folder.ts';

/** Writes a file of source code that stays until the test ends, and returns its path. */
export function sourceFile(...lines: readonly string[]): string {
  const folder = appFolder();
  onTestFinished(() => folder.remove());
  const file = join(folder.path, 'source.js');
  writeFileSync(file, lines.join('\n'));
  return file;
}
