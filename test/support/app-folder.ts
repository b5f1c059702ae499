import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AppFolder {
  /** A real path: test runners print that one. */
  readonly path: string;
  remove(): void;
}

/**
 * A new folder for a program or a file of source code that findings name. The folder itself is `app`, and not one whose name is
 * made by luck: `xyDb` would be the name of a shared layer, and findings in it would name their callers too.
 */
export function appFolder(): AppFolder {
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'session-guard-app-')));
  const path = join(temporary, 'app');
  mkdirSync(path);
  return { path, remove: () => rmSync(temporary, { recursive: true, force: true }) };
}
