/**
 * True for the process of `node --test` that runs each test file in a process of its own: no test runs there, and to ask for
 * hooks would make it wait for one.
 */
export function isRunnerOfFiles(): boolean {
  const { execArgv, env } = process;
  if (env['NODE_TEST_CONTEXT'] !== undefined || !execArgv.includes('--test')) return false;
  return !execArgv.some(arg => /^--(?:experimental-)?test-isolation=none$/.test(arg));
}
