/** What vitest, Jest and node:test set for the programs that they run. */
const marks = ['VITEST', 'JEST_WORKER_ID', 'NODE_TEST_CONTEXT'];

/** What other runners (mocha, jasmine) and those give to test files. */
const globals = ['describe', 'it'];

/** The main file of runners that tell test files nothing (AVA's workers), or only what they import (tape, uvu). */
const mainFile = /[\\/]node_modules[\\/](?:\.bin[\\/])?(?:ava|jasmine|mocha|tape|uvu)(?:[\\/]|$)/;

/** True under a test runner, whose programs make clients as they please. Asked each time: clients are few. */
export function isUnderTest(): boolean {
  if (marks.some(mark => process.env[mark] !== undefined)) return true;
  if (mainFile.test(process.argv[1] ?? '')) return true;
  return globals.every(name => typeof Reflect.get(globalThis, name) === 'function');
}
