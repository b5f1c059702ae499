import { mkdir, mkdtemp, readFile, readlink, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkPackages } from '../../scripts/matrix/link-packages.mjs';

let from: string;
let to: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'session-guard-'));
  from = join(folder, 'from', 'node_modules');
  to = join(folder, 'to', 'node_modules');
  for (const part of ['.bin', '.cache', '@foo/bar', 'baz/node_modules/.bin'])
    await mkdir(join(from, part), { recursive: true });
  await writeFile(join(from, '.package-lock.json'), 'list of npm');
  await writeFile(join(from, '.cache/results.json'), 'of a tool');
  await writeFile(join(from, '@foo/bar/index.js'), 'bar');
  await writeFile(join(from, 'baz/.hidden'), 'baz');
  await symlink('../baz/.hidden', join(from, '.bin/baz'));
});

afterEach(() => rm(join(from, '../..'), { recursive: true }));

test('the files of packages are the same files, not copies', async () => {
  linkPackages(from, to);
  for (const file of ['@foo/bar/index.js', 'baz/.hidden'])
    expect((await stat(join(to, file))).ino).toBe((await stat(join(from, file))).ino);
});

test('a link to a program stays relative', async () => {
  linkPackages(from, to);
  expect(await readlink(join(to, '.bin/baz'))).toBe('../baz/.hidden');
});

test('the file that npm writes into is a copy, and caches of tools are left out', async () => {
  linkPackages(from, to);
  expect((await readdir(to)).toSorted()).toEqual(['.bin', '.package-lock.json', '@foo', 'baz']);
  await writeFile(join(to, '.package-lock.json'), 'list of another row');
  expect(await readFile(join(from, '.package-lock.json'), 'utf8')).toBe('list of npm');
});
