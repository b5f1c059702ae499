// @ts-check
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const manifest = resolve(import.meta.dirname, '../../package.json');
/** @type {{ devDependencies: Record<string, string> }} */
const { devDependencies } = JSON.parse(readFileSync(manifest, 'utf8'));

/**
 * What is installed a second time, in the smallest version that a range allows: `@smallest/foo__bar` is `@foo/bar`, as in
 * `@types`. By the folder of `node_modules` that tests and source name, with the package and its version.
 */
export const smallest = Object.entries(devDependencies)
  .filter(([alias]) => alias.startsWith('@smallest/'))
  .map(([alias, spec]) => ({ alias, name: nameOf(alias), spec: spec.replace('npm:', '') }));

/** For Vite: with these, tests and source find the smallest versions in the place of the newest. */
export const aliasesOfSmallest = smallest.map(({ alias, name }) => ({
  find: new RegExp(`^${name}(?=/|$)`),
  replacement: alias,
}));

/** Together they run the branches of `src` that only old versions need, and what the peers are used for. */
export const testsOnSmallest = [
  'test/real/observe/called-from.test.ts',
  'test/real/rules/client-config.test.ts',
  'test/real/client/client-events.test.ts',
  'test/real/inject/inject-cursors.test.ts',
  'test/real/inject/inject.test.ts',
  'test/real/client/close-streams.test.ts',
  'test/real/client/refused-reads.test.ts',
  'test/real/observe/command-names.test.ts',
  'test/real/observe/track-work.test.ts',
  'test/real/mongoose/stale-document.test.ts',
  'test/services/nest.test.ts',
  'test/services/otel/operations.test.ts',
  'test/services/prometheus/metrics.test.ts',
  'test/services/requests.test.ts',
  'test/store/frameworks/sessions.test.ts',
  'test/store/redis/resend.test.ts',
  'test/langgraph/dynamodb/latest.test.ts',
  'test/scripts/smallest.test.ts',
];

/** @param {string} alias */
function nameOf(alias) {
  return alias.replace('@smallest/', '').replace(/^(.+)__/, '@$1/');
}
