import { defineConfig } from 'vitest/config';
import { testsByNeed } from './scripts/ci/tests-by-need.mjs';
import { floors } from './scripts/ci/coverage-floors.mjs';
import base from './vitest.config.ts';

const { quick, full } = testsByNeed();

/** What other processes run is not counted: these files hardly do anything else. */
const elsewhere = /\/(?:by-luck|microtasks|observed-equals-plain|unhandled-rejections)\.test\.ts$/;

const real = full.filter(file => /^test\/(?:real|mongoose)\//.test(file) && !elsewhere.test(file));

/** `npm run test:coverage`: the tests that need no server, and those of the guard on real servers. */
export default defineConfig({
  test: {
    ...base.test,
    projects: [
      { extends: './vitest.config.ts', test: { name: 'quick', include: quick, pool: 'threads' } },
      {
        extends: './vitest.config.ts',
        test: { name: 'full', include: real, pool: 'forks', globalSetup: ['test/setup/global-servers.ts'] },
      },
    ],
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['json-summary', 'text-summary'],
      reportsDirectory: '.cache/coverage',
      reportOnFailure: true,
      thresholds: Object.fromEntries(
        floors.map(({ folder, lines, branches }) => [`src/${folder}/**`, { lines, branches }]),
      ),
    },
  },
});
