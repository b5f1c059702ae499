import type { Finding } from '../../guard/findings/finding.ts';
import { NotCleanError } from './not-clean-error.ts';
import { type RunningTest, testOfCode } from './running-test.ts';

/** Separates the name of a test from the names of the suites, or of the test, around it. */
export const separator = ' > ';

/** Finds the sessions that a test has left open at its end. */
export type LookForLeft = (test: RunningTest, watch: CleanWatch) => void;

/** Assigns each finding to a test, and keeps the findings that belong to no running test. */
export class CleanWatch {
  readonly #running = new Set<RunningTest>();
  /** By the time at which they were made. */
  readonly #late = new Map<string, Set<Finding>>();
  #last: RunningTest | undefined;
  /** The tests to which a finding belongs now, if they are known in another way than by the running tests. */
  #owners: readonly RunningTest[] | undefined;
  readonly #lookForLeft: LookForLeft;

  /** @param lookForLeft is called at the end of each test, while it can still fail */
  constructor(lookForLeft: LookForLeft = () => {}) {
    this.#lookForLeft = lookForLeft;
  }

  begin(name: string): RunningTest {
    const test: RunningTest = { name, findings: new Map(), over: false };
    this.#running.add(test);
    return test;
  }

  /** Ends a test that can no longer fail. */
  forget(test: RunningTest): void {
    this.#running.delete(test);
    test.over = true;
    for (const finding of test.findings.keys()) this.#noteLate(test, finding);
  }

  /**
   * @param looks whether all hooks of the test have run: earlier, a hook could still end the sessions that the test has left
   * open
   * @throws NotCleanError with the findings of the time in which the test ran
   */
  end(test: RunningTest, looks = true): void {
    if (looks) this.#lookForLeft(test, this);
    this.#running.delete(test);
    this.#last = test;
    test.over = true;
    this.check(test);
  }

  /**
   * Called after an `end` that did not look for open sessions.
   * @throws NotCleanError with that
   */
  checkLeft(test: RunningTest): void {
    this.#lookForLeft(test, this);
    this.check(test);
  }

  /** Like `end`, but the test continues. */
  check(test: RunningTest): void {
    if (test.findings.size === 0) return;
    const beside = new Set([...test.findings.values()].flat());
    const when = `while the test "${test.name}" ran${among(beside)}`;
    const error = new NotCleanError(new Map([[when, new Set(test.findings.keys())]]));
    test.findings.clear();
    throw error;
  }

  /**
   * For a hook between two tests.
   * @throws NotCleanError with the findings since the end of the previous test
   */
  checkLast(): void {
    if (this.#running.size > 0 || this.#last === undefined) return;
    const when = timeOf(undefined, this.#last);
    const findings = this.#late.get(when);
    this.#late.delete(when);
    if (findings !== undefined) throw new NotCleanError(new Map([[when, findings]]));
  }

  /** @throws NotCleanError with the findings that belong to no test */
  checkLate(): void {
    if (this.#late.size === 0) return;
    const error = new NotCleanError(this.#late);
    this.#late.clear();
    throw error;
  }

  /** The tests that have started the current code; empty if no running test has started it. */
  owners(): readonly RunningTest[] {
    const begunBy = testOfCode.getStore();
    if (begunBy === undefined) return this.#innermost();
    return begunBy.over ? [] : [begunBy];
  }

  /** Findings during `look` belong to the last of `owners`, which is running. */
  findFor(owners: readonly RunningTest[], look: () => void): void {
    this.#owners = owners;
    try {
      look();
    } finally {
      this.#owners = undefined;
    }
  }

  heard(finding: Finding): void {
    if (this.#owners !== undefined) return this.#noteLast(this.#owners, finding);
    const begunBy = testOfCode.getStore();
    if (begunBy?.over === false) return this.#note([begunBy], finding);
    const running = this.#innermost();
    if (begunBy === undefined && running.length > 0) return this.#note(running, finding);
    this.#noteLate(begunBy, finding);
  }

  /** A finding that may belong to several tests fails all of them. */
  #note(tests: readonly RunningTest[], finding: Finding): void {
    for (const test of tests) {
      const beside = tests.filter(other => other !== test).map(({ name }) => name);
      test.findings.set(finding, beside);
    }
  }

  #noteLast(owners: readonly RunningTest[], finding: Finding): void {
    const beside = owners.slice(0, -1).map(({ name }) => name);
    owners.at(-1)?.findings.set(finding, beside);
  }

  #noteLate(begunBy: RunningTest | undefined, finding: Finding): void {
    const when = timeOf(begunBy, this.#last);
    const findings = this.#late.get(when) ?? new Set();
    this.#late.set(when, findings.add(finding));
  }

  /** The running tests without those that contain another running test. */
  #innermost(): RunningTest[] {
    const running = [...this.#running];
    return running.filter(({ name }) => !running.some(other => other.name.startsWith(`${name}${separator}`)));
  }
}

function among(names: ReadonlySet<string>): string {
  if (names.size === 0) return '';
  const others = [...names].map(name => `"${name}"`).join(', ');
  return ` (at the same time as ${others}: which of them each belongs to is not known)`;
}

function timeOf(begunBy: RunningTest | undefined, last: RunningTest | undefined): string {
  if (begunBy !== undefined) return `after the end of the test "${begunBy.name}", by what it had begun`;
  return last === undefined
    ? 'before the first test'
    : `after the end of the test "${last.name}", while no test ran`;
}
