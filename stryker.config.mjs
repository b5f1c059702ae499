// @ts-check
// npm run test:mutation [-- --mutate src/guard/rules/session/open-cursor.ts]
// Changes the pure code in small ways and runs the tests that need no server on each change: one that no test notices has
// survived.

export default {
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: true },
  mutate: [
    'src/guard/events/*.ts',
    'src/guard/rules/**/*.ts',
    'src/guard/findings/**/*.ts',
    'src/guard/runtime/**/*.ts',
    'src/store/backend/life.ts',
    'src/store/options/settings.ts',
  ],
  coverageAnalysis: 'perTest',
  // Tables that are made when a file is loaded: each of their mutants would run all tests.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 20_000,
  tempDirName: '.cache/stryker',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: '.cache/stryker-report.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
};
