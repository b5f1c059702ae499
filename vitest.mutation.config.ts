import { defineConfig } from 'vitest/config';
import { testsByNeed } from './scripts/ci/tests-by-need.mjs';

/** The tests of the parts that are mutated. */
const parts = /^test\/(?:guard|store\/(?:backend|options|operations|api|sessions))\//;

/** Tests that need no server, for Stryker: see `stryker.config.mjs`. */
export default defineConfig({
  test: {
    include: testsByNeed().quick.filter(file => parts.test(file)),
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 60_000,
  },
});
