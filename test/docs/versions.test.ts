import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { smallest, testsOnSmallest } from '../../scripts/matrix/smallest.mjs';
import { rows } from '../../scripts/matrix/rows.mjs';
import { readPage } from './support/blocks.ts';

const page = readPage('docs/versions.md');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

function tableUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter(line => line.startsWith('| '));
  return lines.slice(1).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim().replaceAll('`', '')),
  );
}

test('the page names the range of every peer, and of Node', () => {
  const ranges: Record<string, string> = { Node: manifest.engines.node, ...manifest.peerDependencies };
  expect(Object.fromEntries(tableUnder('What is supported'))).toEqual(ranges);
});

test('the page has every row of the matrix with its versions, and when it was run last', () => {
  const documented = tableUnder('What was tested');
  expect(documented.map(([name, versions]) => [name, versions])).toEqual(
    rows.map(({ name, packages }) => [name, Object.values(packages).join(', ')]),
  );
  for (const [name, , run] of documented) expect(run, name).toMatch(/^(?:\d{4}-\d{2}-\d{2}: |not run yet$)/);
});

test.each(Object.entries<string>(manifest.peerDependencies))(
  'the smallest version of %s that the range allows (%s) is in a row',
  (name, range) => {
    const version = /^>=([\d.]+)/.exec(range)?.[1] ?? '';
    const specs = rows.flatMap(({ packages }) => Object.values(packages));
    const isThere = specs.some(spec => spec === `${name}@${full(version)}`);
    expect(isThere || untested.has(name)).toBe(true);
  },
);

test.each(Object.entries<string>(manifest.peerDependencies))(
  'CI runs tests with the smallest version of %s that the range allows (%s)',
  (name, range) => {
    const version = /^>=([\d.]+)/.exec(range)?.[1] ?? '';
    const installed = Object.values<string>(manifest.devDependencies);
    const isThere = installed.includes(`npm:${name}@${full(version)}`);
    expect(isThere || untested.has(name)).toBe(true);
  },
);

test('the aliases of the smallest versions are the packages that they name', () => {
  const older: Readonly<Record<string, string>> = { mongodb6: 'mongodb', mongoose8: 'mongoose' };
  for (const { name, spec } of smallest) expect(spec).toMatch(new RegExp(`^${older[name] ?? name}@\\d`));
});

test.each(testsOnSmallest)('%s, which runs with the smallest versions, exists', file => {
  expect(existsSync(file)).toBe(true);
});

/** Only loaded by what users call in tests. */
const untested = new Set(['mongodb-memory-server', 'mongodb-memory-server-core', 'vitest']);

function full(version: string): string {
  return [...version.split('.'), '0', '0'].slice(0, 3).join('.');
}
