import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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
    const smallest = /^>=([\d.]+)/.exec(range)?.[1] ?? '';
    const specs = rows.flatMap(({ packages }) => Object.values(packages));
    const isThere = specs.some(spec => spec === `${name}@${full(smallest)}`);
    expect(isThere || untested.has(name)).toBe(true);
  },
);

/** Only loaded by what users call in tests. */
const untested = new Set(['mongodb-memory-server', 'mongodb-memory-server-core', 'vitest']);

function full(version: string): string {
  return [...version.split('.'), '0', '0'].slice(0, 3).join('.');
}
