import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from './usage-error.ts';

/**
 * Writes a page for its owner alone, in a folder that is made if it does not exist.
 * @throws UsageError for the name of a folder
 */
export function writePage(file: string, text: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(
      `${file} is a folder; name a file for the page, such as ${join(file, 'report.html')}.`,
    );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
}
