import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

const pages = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/internals/rotation.md'];

test.each(pages)('every file and folder that `%s` names exists', page => {
  const named = [...readPage(page).matchAll(/`([\w./-]+(?:\.ts|\.mjs|\/))`/g)].flatMap(
    ([, path]) => path ?? [],
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(path => !isThere(path))).toEqual([]);
});

/** `undoRotation` (`store/sessions/save.ts`), or the same with `in` or `of`. */
const nameAndFile = /`(\w+)` (?:\(|(?:in|of) )`([\w./-]+\.(?:ts|mjs))`/g;

test.each(pages)('every name that `%s` gives with its file is in that file', page => {
  const named = [...readPage(page).matchAll(nameAndFile)].map(([, name = '', path = '']) => ({ name, path }));
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter(({ name, path }) => !sourceOf(path).includes(name))).toEqual([]);
});

/** All files with this path: `endsWith` of the path may be true for several. */
function sourceOf(path: string): string {
  const files = existsSync(path)
    ? [path]
    : inTree.filter(entry => entry.endsWith(`/${path}`)).map(entry => entry.slice(1));
  return files.map(file => readFileSync(file, 'utf8')).join('\n');
}
