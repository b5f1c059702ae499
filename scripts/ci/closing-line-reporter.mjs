// @ts-check
import { writeFileSync } from 'node:fs';

/**
 * Ends a test run with a line that is easy to read for machines: `123 passed, 0 failed, 4 skipped`. It goes to the
 * file that `SESSION_GUARD_CLOSING_LINE` names, for scripts that print it after everything else, or to the output.
 */
export default class ClosingLineReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const line = closingLine(countTests(modules), unhandledErrors.length);
    const file = process.env['SESSION_GUARD_CLOSING_LINE'];
    if (file) writeFileSync(file, `${line}\n`);
    else process.stdout.write(`${line}\n`);
  }
}

/** @param {readonly import('vitest/node').TestModule[]} modules */
function countTests(modules) {
  const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) count[test.result().state] += 1;
    // A file that does not load, or a suite whose hook fails, has no failed test, and is a failure all the same.
    count.failed += module.errors().length;
    for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
  }
  return count;
}

/**
 * @param {ReturnType<typeof countTests>} count
 * @param {number} unhandled  errors outside of any test, which fail the run too
 */
function closingLine({ passed, failed, skipped, pending }, unhandled) {
  const notRun = skipped + pending;
  return `${passed} passed, ${failed + unhandled} failed${notRun > 0 ? `, ${notRun} skipped` : ''}`;
}
