/** A test runner's function that registers a hook. */
// oxlint-disable-next-line typescript/no-explicit-any -- what a hook is called with differs from runner to runner
export type RegisterHook = (hook: (...args: any[]) => any) => unknown;

/** The hooks of a test runner: of vitest, Jest, node:test, mocha alike. */
export interface TestHooks {
  readonly beforeEach: RegisterHook;
  readonly afterEach: RegisterHook;
  readonly afterAll?: RegisterHook | undefined;
  /** The name of `afterAll` in node:test and mocha. */
  readonly after?: RegisterHook | undefined;
  /** vitest from 4.1 on: it distinguishes tests that run at once. */
  readonly aroundEach?: RegisterHook | undefined;
}

/** True for an object with the hooks that are needed, such as the module `vitest` or `node:test`. */
export function isHooks(value: unknown): value is TestHooks {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const has = (name: string) => typeof Reflect.get(value, name) === 'function';
  return has('beforeEach') && has('afterEach');
}

/**
 * True for the process of `node --test` that runs each test file in a separate process: no test runs there, and a call of a
 * hook would make it wait for a test.
 */
export function isRunnerOfFiles(): boolean {
  const { execArgv, env } = process;
  if (env['NODE_TEST_CONTEXT'] !== undefined || !execArgv.includes('--test')) return false;
  return !execArgv.some(arg => /^--(?:experimental-)?test-isolation=none$/.test(arg));
}
