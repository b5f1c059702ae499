import { shared } from '../../guard/shared-state.ts';
import { configureRules } from '../../policy/configure.ts';
import { rules as allRules } from '../../rules/registry.ts';
import { onBlindness } from './blindness.ts';
import { CleanWatch } from './clean-watch.ts';
import { findHooks } from './find-hooks.ts';
import { failAtExit } from './fail-at-exit.ts';
import { observeCopies } from './observe-copies.ts';
import { LeftSessions } from './left-sessions.ts';
import { checkOptions, type ExpectCleanOptions } from './options.ts';
import { hookIntoOther } from './other-hooks.ts';
import { hookIntoVitest } from './vitest-hooks.ts';

/**
 * Fails each test that a finding is made in, with the finding's text and code frame. To be called once, in a setup file or at
 * the top of a test file. Every copy of the driver that the tests load is observed; findings are no longer printed as warnings.
 *
 * That the guard cannot see everything (a bundled driver, a rule that has thrown) fails a test, too.
 *
 * What is found outside of the tests (in `beforeAll`, or when a test's work goes on after its end) fails the test file.
 * @throws SessionGuardError for an option that does not exist or has a value that it cannot have
 */
export function expectClean(options: ExpectCleanOptions = {}): void {
  checkOptions(options);
  const { rules, allow = [] } = options;
  shared.unmanaged.rules = configureRules(allRules, rules, 'expectClean');
  shared.output.warnings = false;
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
