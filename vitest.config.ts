import { defineConfig } from 'vitest/config';
import ClosingLineReporter from './scripts/ci/closing-line-reporter.mjs';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
      // `npm run types` is the judge of all other files, and does not keep the tests from running.
      ignoreSourceErrors: true,
    },
    globalSetup: ['test/setup/global-servers.ts'],
    // It says that Node 20 is old, in the middle of what programs print.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 20_000,
    reporters: ['default', new ClosingLineReporter()],
  },
});
