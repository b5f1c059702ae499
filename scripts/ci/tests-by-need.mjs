// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const SERVERS = /^test\/setup\/servers\.ts$|^scripts\/servers\/\w+\//;
const PROGRAM_OR_BUILD = /['"](?:node:child_process|playwright-core)['"]|\bdist\//;
/** What changes other tests in the same thread: modules or globals in the place of the real ones, and an observed mongoose. */
const REPLACES =
  /\bvi\.(?:mock|doMock|hoisted|resetModules|stubEnv|stubGlobal|useFakeTimers)\(|\bobserveMongoose\(/;
const IMPORT = /(?:from\s+|import\(?\s*)'(\.[^']+)'/g;

/** @typedef {{ readonly needsMore: boolean, readonly replaces: boolean,
 *   readonly imports: readonly string[] }} Source */

/**
 * The test files of `folder`, divided by their direct and indirect imports: those that are `quick`
 * ask for no server, start no other process or browser, and do not read the built package; all others are `full`. Of the quick
 * ones, those that put modules or globals in the place of the real ones are `replacing`, too.
 * @param {string} [folder]
 */
export function testsByNeed(folder = ROOT) {
  /** @type {Map<string, Source>} */
  const known = new Map();
  const tests = readdirSync(join(folder, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts'))
    .map(file => `test/${slashes(file)}`)
    .toSorted();
  const full = tests.filter(test => reachable(test, folder, known).some(({ needsMore }) => needsMore));
  const quick = tests.filter(test => !full.includes(test));
  const replacing = quick.filter(test => reachable(test, folder, known).some(({ replaces }) => replaces));
  return { quick, replacing, full };
}

/**
 * @param {string} test
 * @param {string} folder
 * @param {Map<string, Source>} known
 */
function reachable(test, folder, known) {
  const files = new Set([test]);
  // A set is walked through in the order of its additions, those made on the way included.
  for (const file of files) {
    const source = known.get(file) ?? read(file, folder);
    known.set(file, source);
    for (const next of source.imports) files.add(next);
  }
  return [...files].flatMap(file => known.get(file) ?? []);
}

/**
 * Of the imports, those of the tests and their scripts: the library itself starts no server.
 * @param {string} file
 * @param {string} folder
 * @returns {Source}
 */
function read(file, folder) {
  const text = readFileSync(join(folder, file), 'utf8');
  const imports = [...text.matchAll(IMPORT)]
    .map(([, path = '']) => slashes(relative(folder, resolve(folder, dirname(file), path))))
    .filter(path => /^(?:test|scripts)\//.test(path) && existsSync(join(folder, path)));
  return {
    needsMore: SERVERS.test(file) || PROGRAM_OR_BUILD.test(text),
    replaces: REPLACES.test(text),
    imports,
  };
}

/** @param {string} path */
function slashes(path) {
  return path.split(sep).join('/');
}
