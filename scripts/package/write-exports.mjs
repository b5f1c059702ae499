// @ts-check
// node scripts/package/write-exports.mjs [--check]
// Writes `exports`, `typesVersions` and `sideEffects` of package.json from `entries.mjs`. With `--check` it writes
// nothing, and ends with code 1 where they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { entries, inner } from './entries.mjs';

const file = join(resolve(import.meta.dirname, '../..'), 'package.json');
const before = readFileSync(file, 'utf8');
const after = `${JSON.stringify({ ...JSON.parse(before), ...written() }, undefined, 2)}\n`;

if (after === before) process.exit(0);
if (process.argv.includes('--check')) {
  console.error('package.json does not export what scripts/package/entries.mjs lists: npm run exports');
  process.exit(1);
}
writeFileSync(file, after);

function written() {
  return {
    sideEffects: [...entries, ...inner]
      .filter(({ hasEffect }) => hasEffect === true)
      .flatMap(({ output }) => [`./dist/${output}.mjs`, `./dist/${output}.cjs`]),
    // For `moduleResolution: node10`, which reads no `exports`.
    typesVersions: {
      '*': Object.fromEntries(
        entries
          .filter(({ subpath }) => subpath !== '.')
          .map(({ subpath, output }) => [subpath.slice(2), [`./dist/${output}.d.cts`]]),
      ),
    },
    exports: {
      ...Object.fromEntries(entries.map(entry => [entry.subpath, targetsOf(entry)])),
      './package.json': './package.json',
    },
  };
}

/**
 * `module` is for bundlers, which need the import of the driver to be written out in the core.
 * @param {import('./entries.mjs').Entry} entry
 */
function targetsOf({ subpath, output }) {
  const esm = { types: `./dist/${output}.d.mts`, default: `./dist/${output}.mjs` };
  const bundled = { ...esm, default: `./dist/${subpath === '.' ? 'for-bundlers' : output}.mjs` };
  const cjs = { types: `./dist/${output}.d.cts`, default: `./dist/${output}.cjs` };
  return { module: bundled, 'module-sync': esm, require: cjs, default: esm };
}
