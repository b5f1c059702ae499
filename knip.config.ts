import type { KnipConfig } from 'knip';
import { entries, inner } from './scripts/package/entries.mjs';

export default {
  entry: [
    ...[...entries, ...inner].map(({ source }) => source),
    'src/report/page/main.ts',
    'scripts/ci/complete-lock.mjs',
    'scripts/servers/with-replica-set.mjs',
    'scripts/servers/mongodb/mongod-download-job.mjs',
    'scripts/soak/*.mjs',
    'bench/child/*.mjs',
    'bench/stub/server.mjs',
    'examples/**/*.mjs',
    'examples/services/nest/*.ts',
    'examples/services/next/**/*.{js,jsx}',
    'test/**/*.ts',
    'bench/stores/run.mjs',
    'bench/stores/http/{run,serve}.mjs',
    'bench/langgraph/run.mjs',
    'bench/contention/{run,child}.mjs',
    'bench/eslint/run.mjs',
    'scripts/suites/{express-session,fastify-session,open-telemetry,promtool}.mjs',
  ],
  project: [
    'src/**/*.ts',
    'scripts/**/*.mjs',
    'bench/**/*.mjs',
    'examples/**/*.{mjs,js,jsx,ts}',
    'test/**/*.ts',
  ],
  ignoreExportsUsedInFile: true,
  // Named by tests, which put them into projects of their own; by the aliases of `scripts/matrix/smallest.mjs`; and no package,
  // but the runner in `scripts/mutation/in-process`.
  ignoreDependencies: [
    'import-in-the-middle',
    'nest11-core',
    'nest11-platform-express',
    /^@smallest\//,
    '@stryker-mutator/in-process-runner',
  ],
  // Of the system.
  ignoreBinaries: ['mkfifo'],
} satisfies KnipConfig;
