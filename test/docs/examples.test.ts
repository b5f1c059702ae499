import { describe, expect, test } from 'vitest';
import { entries } from '../../scripts/package/entries.mjs';
import { replicaSetUri } from '../setup/servers.ts';
import { compileErrors } from './support/compile-examples.ts';
import { type Example, examples } from './support/doc-comments.ts';
import { listed } from './support/heard.ts';
import { linesOf, runBlock } from './support/run-block.ts';

const all = examples();
const titled = (list: readonly Example[]) =>
  list.map(example => [`${example.name} (${example.page})`, example] as const);

/** Arithmetic for the author of a back end, of which the guide has a whole program, and an error that is only read. */
const withoutExample = new Set([
  'bornAt',
  'changedAt',
  'changeOf',
  'isRevoked',
  'isLive',
  'isAlias',
  'refreshedAt',
  'refreshedExpiry',
  'refusalOf',
  'writtenExpiry',
  'NotCleanError',
]);

/** Entries that change the process when they are imported, and export nothing. */
const withoutExports = new Set(['./register', './testing/vitest', './testing/jest', './testing/node']);

test('every exported function and class has an example', async () => {
  const named = new Set(all.map(({ name }) => name));
  const missing: string[] = [];
  for (const { subpath, source } of entries) {
    if (withoutExports.has(subpath)) continue;
    const exported: Readonly<Record<string, unknown>> = await import(/* @vite-ignore */ `../../${source}`);
    for (const [name, value] of Object.entries(exported))
      if (typeof value === 'function' && !named.has(name) && !withoutExample.has(name))
        missing.push(`${name} of ${subpath}`);
  }
  expect(missing).toEqual([]);
});

test('every example compiles, strictly', { timeout: 600_000 }, () => {
  expect(compileErrors(all)).toEqual([]);
});

// What belongs into the files of a test runner is only compiled.
const programs = all.filter(({ flags }) => !flags.includes('no-run'));

describe('an example runs without a finding, and prints what it says', () => {
  test.each(titled(programs))('%s', async (_, example) => {
    const server = replicaSetUri();
    const { findings, unhandled, rejected, printed } = await runBlock(example, { server, protect: true });
    expect(rejected?.error).toBeUndefined();
    expect(linesOf(findings), listed(findings)).toEqual([]);
    expect(unhandled).toEqual([]);
    expect(printed.split('\n').filter(line => line !== '')).toEqual(example.prints);
  });
});
