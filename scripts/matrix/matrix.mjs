// @ts-check
// node scripts/matrix/matrix.mjs [<name of a row> …] [-- <argument of vitest> …]
// Runs the tests of each row of `rows.mjs` with the versions that it names, in a copy of this project. Ends with code 1
// if one of them fails. Arguments of vitest that begin with `test/` take the place of the row's own tests.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { linkPackages } from './link-packages.mjs';
import { rows } from './rows.mjs';

/** @typedef {import('./rows.mjs').Row} Row */

const root = resolve(import.meta.dirname, '../..');
const split = process.argv.indexOf('--');
const names = process.argv.slice(2, split < 0 ? undefined : split);
const vitestArguments = split < 0 ? [] : process.argv.slice(split + 1);

const unknown = names.find(name => !rows.some(row => row.name === name));
if (unknown !== undefined) {
  console.error(`There is no row '${unknown}'. The rows: ${rows.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const wanted = rows.filter(({ name }) => names.length === 0 || names.includes(name));
const results = wanted.map(row => runRow(row));
for (const { name, passed, versions } of results)
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name}: ${versions.join(', ')}`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

/** @param {Row} row */
function runRow(row) {
  console.log(`\n${row.name}: ${Object.values(row.packages).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'session-guard-matrix-'));
  try {
    copyProject(folder);
    install(folder, row.packages);
    const versions = Object.keys(row.packages).map(name => `${name} ${versionOf(folder, name)}`);
    const chosen = vitestArguments.some(argument => argument.startsWith('test/'));
    const tests = chosen ? [] : row.tests;
    const missing = tests.filter(test => !existsSync(join(folder, test)));
    if (missing.length > 0) throw new Error(`These tests do not exist: ${missing.join(', ')}.`);
    const { status } = spawnSync(
      'npx',
      ['vitest', 'run', '--project', '!smallest', ...tests, ...vitestArguments],
      {
        cwd: folder,
        stdio: 'inherit',
      },
    );
    return { name: row.name, passed: status === 0, versions };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The files that git knows, as they are now, and the installed packages.
 * @param {string} folder
 */
function copyProject(folder) {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter(name => name !== '' && existsSync(join(root, name))))
    cpSync(join(root, file), join(folder, file));
  linkPackages(join(root, 'node_modules'), join(folder, 'node_modules'));
  // Not a link, because its imports must be found in the copy.
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
}

/**
 * @param {string} folder
 * @param {Row['packages']} packages
 */
function install(folder, packages) {
  const specs = Object.entries(packages).map(([name, spec]) =>
    spec.startsWith(`${name}@`) ? spec : `${name}@npm:${spec}`,
  );
  const flags = [
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--loglevel=error',
  ];
  execFileSync('npm', ['install', ...flags, ...specs], { cwd: folder, stdio: 'inherit' });
}

/**
 * @param {string} folder
 * @param {string} name
 */
function versionOf(folder, name) {
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
  return version;
}
