import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import ClosingLineReporter from './scripts/ci/closing-line-reporter.mjs';
import SlowestFilesReporter from './scripts/ci/slowest-files-reporter.mjs';
import { aliasesOfSmallest, testsOnSmallest } from './scripts/matrix/smallest.mjs';
import { pagePlugin } from './scripts/report/page-plugin.mjs';
import { testsByNeed } from './scripts/ci/tests-by-need.mjs';

const { quick, replacing, full } = testsByNeed();

/** Nothing stays behind after these tests: they share a thread and its modules. On their own they take three times as long. */
const shared: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'shared',
    include: quick.filter(file => !replacing.includes(file)),
    pool: 'threads',
    isolate: false,
  },
};

const onTheirOwn: TestProjectInlineConfiguration = {
  extends: true,
  test: { name: 'replacing', include: replacing, pool: 'threads' },
};

/** Processes, not threads: some of these change the environment, the folder or the signals of theirs. */
const withServers: TestProjectInlineConfiguration = {
  extends: true,
  test: { name: 'full', include: full, pool: 'forks', globalSetup: ['test/setup/global-servers.ts'] },
};

/** Some of them again, with the smallest versions that the ranges of the peers promise. */
const onSmallest: TestProjectInlineConfiguration = {
  extends: true,
  resolve: { alias: aliasesOfSmallest },
  test: {
    ...withServers.test,
    name: 'smallest',
    include: testsOnSmallest,
    env: { SESSION_GUARD_TEST_OLDER_COPIES: 'yes' },
  },
};

export default defineConfig({
  plugins: [pagePlugin()],
  test: {
    projects: [shared, onTheirOwn, withServers, onSmallest],
    // It says that Node 20 is old, in the middle of what programs print.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Much of the time is waiting, for a server or a clock.
    maxWorkers: 4,
    // Against what hangs, not what is slow: a machine may have other work.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    // `expect.poll` waits for an event: on a busy machine that may come late.
    expect: { poll: { timeout: 240_000 } },
    reporters: ['default', new SlowestFilesReporter(), new ClosingLineReporter()],
  },
});
