import type { CleanWatch } from './clean-watch.ts';
import { isInDescribe } from './jest-realm.ts';
import type { RunningTest } from './running-test.ts';

/**
 * When to look for sessions that a test has left open, in runners where `afterEach` hooks of the file run after ours: they may be
 * those that end them.
 */
export class OpenEnds {
  readonly #watch: CleanWatch;
  /** How many hooks of the whole file there are, and how many of them have run for the last test. */
  #hooks = 0;
  #ran = 0;
  /** Some hook is of the whole file, or of a `describe`: it is not known which. */
  #isUnknown = false;
  #last: RunningTest | undefined;

  constructor(watch: CleanWatch) {
    this.#watch = watch;
  }

  /** For an `afterEach` that is being registered: whether it runs after our own, for each test. */
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

  /** At the latest when the next test begins. */
  checkLast(): void {
    const last = this.#last;
    this.#last = undefined;
    if (last !== undefined) this.#watch.checkLeft(last);
  }
}
