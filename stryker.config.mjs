// @ts-check
// For `scripts/mutation/mutation.mjs`, which says in which room.
import { chosenRoom, variable } from './scripts/mutation/rooms.mjs';

const room = chosenRoom();
const folder = `.cache/mutation/${process.env[variable]}`;

export default {
  plugins: ['@stryker-mutator/vitest-runner', './scripts/mutation/in-process/runner.mjs'],
  testRunner: 'in-process',
  // The room has its tests; to look for those that import a file takes longer than to run them.
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  mutate: [...room.mutate],
  coverageAnalysis: 'perTest',
  // Tables that are made when a file is loaded: each of their mutants would run all tests.
  ignoreStatic: true,
  // Among them what other rooms have left in the cache.
  ignorePatterns: ['/.cache', '/dist', '/bench', '/docs', '/examples', '/api'],
  concurrency: 1,
  timeoutMS: 20_000,
  // The first run of all tests, on a busy machine.
  dryRunTimeoutMinutes: 60,
  incremental: true,
  incrementalFile: `${folder}/incremental.json`,
  tempDirName: `${folder}/sandbox`,
  reporters: ['progress-append-only', 'clear-text', 'json'],
  jsonReporter: { fileName: `${folder}/report.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
};
