/** A test runner's function that registers a hook. */
// oxlint-disable-next-line typescript/no-explicit-any -- what a hook is called with differs from runner to runner
export type RegisterHook = (hook: (...args: any[]) => any) => unknown;

/** The hooks of a test runner: of vitest, Jest, node:test, mocha alike. */
export interface TestHooks {
  readonly beforeEach: RegisterHook;
  readonly afterEach: RegisterHook;
  readonly afterAll?: RegisterHook | undefined;
  /** What `afterAll` is in node:test and mocha. */
  readonly after?: RegisterHook | undefined;
  /** vitest from 4.1 on: by it, tests that run at once are told apart. */
  readonly aroundEach?: RegisterHook | undefined;
}

/** True for an object with the hooks that are needed, such as the module `vitest` or `node:test`. */
export function isHooks(value: unknown): value is TestHooks {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const has = (name: string) => typeof Reflect.get(value, name) === 'function';
  return has('beforeEach') && has('afterEach');
}
