/** Variables that vitest, Jest and node:test set for the programs that they run. */
const marks = ['VITEST', 'JEST_WORKER_ID', 'NODE_TEST_CONTEXT'];

/** Globals that other runners (mocha, jasmine), and these runners, give to test files. */
const globals = ['describe', 'it'];

/** The main file of runners that set no variable and no global (AVA's workers, tape, uvu). */
const mainFile = /[\\/]node_modules[\\/](?:\.bin[\\/])?(?:ava|jasmine|mocha|tape|uvu)(?:[\\/]|$)/;

/** True under a test runner: tests create many clients on purpose. Evaluated for each client: there are few clients. */
export function isUnderTest(): boolean {
  if (marks.some(mark => process.env[mark] !== undefined)) return true;
  if (mainFile.test(process.argv[1] ?? '')) return true;
  return globals.every(name => typeof Reflect.get(globalThis, name) === 'function');
}
