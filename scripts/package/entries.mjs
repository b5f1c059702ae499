// @ts-check

/**
 * The entries of the package: each subpath, with the name of its files in `dist`, and its source.
 * @typedef {object} Entry
 * @property {string} subpath
 * @property {string} output
 * @property {string} source
 * @property {boolean} [hasEffect]  a bundler must not leave its import out
 */

/** @type {readonly Entry[]} */
export const entries = [
  { subpath: '.', output: 'index', source: 'src/index.ts' },
  { subpath: './register', output: 'register', source: 'src/register.ts', hasEffect: true },
  { subpath: './mongoose', output: 'mongoose', source: 'src/guard/mongoose/index.ts' },
  { subpath: './express', output: 'express', source: 'src/services/express/index.ts' },
  { subpath: './fastify', output: 'fastify', source: 'src/services/fastify/index.ts' },
  { subpath: './nest', output: 'nest', source: 'src/services/nest/index.ts' },
  { subpath: './serverless', output: 'serverless', source: 'src/services/serverless/index.ts' },
  { subpath: './dashboard', output: 'dashboard', source: 'src/services/dashboard/index.ts' },
  { subpath: './otel', output: 'otel', source: 'src/services/otel/index.ts' },
  { subpath: './prometheus', output: 'prometheus', source: 'src/services/prometheus/index.ts' },
  { subpath: './testing', output: 'testing', source: 'src/testing/index.ts' },
  { subpath: './testing/vitest', output: 'testing-vitest', source: 'src/testing/vitest.ts', hasEffect: true },
  { subpath: './testing/jest', output: 'testing-jest', source: 'src/testing/jest.ts', hasEffect: true },
  { subpath: './testing/node', output: 'testing-node', source: 'src/testing/node.ts', hasEffect: true },
  { subpath: './testing/store', output: 'testing-store', source: 'src/testing/store/index.ts' },
  { subpath: './eslint', output: 'eslint', source: 'src/eslint/index.ts' },
  { subpath: './store', output: 'store', source: 'src/store/index.ts' },
  { subpath: './store/mongodb', output: 'store-mongodb', source: 'src/store/mongodb/index.ts' },
  { subpath: './store/redis', output: 'store-redis', source: 'src/store/redis/index.ts' },
  { subpath: './store/dynamodb', output: 'store-dynamodb', source: 'src/store/dynamodb/index.ts' },
  {
    subpath: './store/express-session',
    output: 'store-express-session',
    source: 'src/store/frameworks/express-session/index.ts',
  },
  {
    subpath: './store/fastify-session',
    output: 'store-fastify-session',
    source: 'src/store/frameworks/fastify-session/index.ts',
  },
  {
    subpath: './langgraph/dynamodb',
    output: 'langgraph-dynamodb',
    source: 'src/langgraph/dynamodb/index.ts',
  },
];

/** Files of `dist` that no program imports by a subpath: for bundlers, for another realm, and the command. */
export const inner = [
  { output: 'for-bundlers', source: 'src/for-bundlers.ts', hasEffect: true },
  { output: 'in-realm', source: 'src/guard/register/realms/in-realm.ts', hasEffect: false },
  { output: 'cli', source: 'src/cli/main.ts', hasEffect: true },
];
