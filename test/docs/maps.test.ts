import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPage } from './support/blocks.ts';

/** All files and folders of `src` and `test`, the folders with a slash at the end. */
const inTree = ['src', 'test'].flatMap(folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).map(
    entry => `/${entry.parentPath.replaceAll('\\', '/')}/${entry.name}${entry.isDirectory() ? '/' : ''}`,
  ),
);

/** A page names a file by its path from the root, or by the end of its path: `driver/session/caller.ts`. */
function isThere(path: string): boolean {
  return existsSync(path) || inTree.some(entry => entry.endsWith(`/${path}`));
}

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/internals/rotation.md'])(
  'every file and folder that `%s` names exists',
  page => {
    const named = [...readPage(page).matchAll(/`([\w./-]+(?:\.ts|\.mjs|\/))`/g)].flatMap(
      ([, path]) => path ?? [],
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(path => !isThere(path))).toEqual([]);
  },
);
