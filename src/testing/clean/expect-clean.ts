import { demandObservation } from '../../guard/runtime/process/on-demand.ts';
import { shared } from '../../guard/runtime/process/shared-state.ts';
import { configureRules } from '../../guard/rules/engine/configure.ts';
import { rules as allRules } from '../../guard/rules/registry.ts';
import { onBlindness } from './blindness.ts';
import { CleanWatch } from './clean-watch.ts';
import { findHooks } from './hooks/find-hooks.ts';
import { LeftSessions } from './left-sessions.ts';
import { checkExpectCleanOptions, type ExpectCleanOptions } from './options.ts';
import { hookIntoOther } from './hooks/other-hooks.ts';
import { hookIntoVitest } from './hooks/vitest-hooks.ts';
import { processWide } from '../../platform/process-wide.ts';
import { watchDriverCopies } from '../../guard/register/modules/driver-watch.ts';
import { watchMongooseCopies } from '../../guard/register/modules/library-modules.ts';
import { isInJest, watchJestRealm } from './jest-realm.ts';

/**
 * Fails each test in which a finding is made, with the finding's text and code frame. Call it once, in a setup file or at the
 * top of a test file. Every copy of the driver that the tests load is observed; findings are no longer printed as warnings.
 *
 * A test also fails if the guard cannot see everything (a bundled driver, a rule that has thrown).
 *
 * A finding outside the tests (in `beforeAll`, or in work that continues after a test's end) fails the test file.
 * @throws SessionGuardError for an option that does not exist or has an invalid value
 * @example
 * ```ts no-run
 * import { expectClean } from 'session-guard/testing';
 *
 * // In the set-up file of the tests: a test with a finding fails.
 * expectClean({ allow: ['session-leak'] });
 * ```
 */
export function expectClean(options: ExpectCleanOptions = {}): void {
  checkExpectCleanOptions(options);
  const { rules, allow = [] } = options;
  shared.unmanaged.rules = configureRules(allRules, rules, 'expectClean');
  shared.output.warnings = false;
  demandObservation();
  observeCopies();
  const left = new LeftSessions();
  const watch = new CleanWatch((test, of) => left.look(test, of));
  shared.sessionListeners.add(session => left.started(session, watch.owners()));
  shared.hub.addForEveryTime(finding => {
    if (!allow.some(id => id === finding.rule)) watch.heard(finding);
  });
  onBlindness(finding => watch.heard(finding));
  const found = findHooks(options.hooks);
  if (found.runner === 'vitest') hookIntoVitest(watch, found.hooks);
  else hookIntoOther(watch, found);
  failAtExit(watch);
}

/** For findings after the last hook that could fail. The exit code only matters if each test file has its own process. */
function failAtExit(watch: CleanWatch): void {
  process.on('exit', () => {
    try {
      watch.checkLate();
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  });
}

const watched = processWide('watched by tests', () => ({ before: false }));

/** Observes every copy of the driver that the tests have loaded and will load. */
function observeCopies(): void {
  if (watched.before) return;
  watched.before = true;
  if (isInJest()) watchJestRealm();
  else watchCopies();
}

function watchCopies(): void {
  watchDriverCopies();
  watchMongooseCopies();
}
