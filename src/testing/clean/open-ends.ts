import type { CleanWatch } from './clean-watch.ts';
import { isInDescribe } from './jest-realm.ts';
import type { RunningTest } from './running-test.ts';

/**
 * Decides when to look for sessions that a test has left open, in runners in which `afterEach` hooks of the file run after
 * ours: these hooks may end the sessions.
 */
export class OpenEnds {
  readonly #watch: CleanWatch;
  /** The number of hooks of the whole file, and how many of them have run for the last test. */
  #hooks = 0;
  #ran = 0;
  /** It is not known whether some hook belongs to the whole file or to a `describe`. */
  #isUnknown = false;
  #last: RunningTest | undefined;

  constructor(watch: CleanWatch) {
    this.#watch = watch;
  }

  /** For an `afterEach` that is being registered: true if it runs after our own hook, for each test. */
  isFollowedForAll(): boolean {
    const isNested = isInDescribe();
    if (isNested === undefined) this.#isUnknown = true;
    if (isNested === false) this.#hooks += 1;
    return isNested === false;
  }

  end(test: RunningTest): void {
    const isLast = this.#hooks === 0 && !this.#isUnknown;
    this.#ran = 0;
    this.#last = isLast ? undefined : test;
    this.#watch.end(test, isLast);
  }

  /** A hook of the whole file has run. */
  followed(): void {
    this.#ran += 1;
    if (this.#ran === this.#hooks && !this.#isUnknown) this.checkLast();
  }

  /** Called at the latest when the next test begins. */
  checkLast(): void {
    const last = this.#last;
    this.#last = undefined;
    if (last !== undefined) this.#watch.checkLeft(last);
  }
}
