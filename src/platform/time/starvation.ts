import { processWide } from '../process-wide.ts';
import { clearInterval, setInterval } from './clock.ts';

/**
 * How often starvation is measured: while a session is open, and while a transaction is open for a long time, in milliseconds.
 */
const everyMS = { seldom: 500, often: 50 } as const;

type Pace = keyof typeof everyMS;

/** How long the measuring continues after the last call of `watch`. */
const watchedMS = 3000;

/** Far less than a pause that a rule speaks of, in milliseconds. */
const toldForMS = 20;

/** The machine's own time: a clock that a test sets must not look like starvation. */
const nowMS = performance.now.bind(performance);

/**
 * How long this process got no processor time although it had work to do: its timers came late, and it did not use the
 * processor meanwhile. A process that computes, or waits for other processes, is not starved.
 */
class Starvation {
  #totalMS = 0;
  #pace: Pace | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #until = { seldom: 0, often: 0 };
  #lookedAt = 0;
  #cpu = 0;
  /** The last answer of `totalMS`, and when it was given. */
  #toldMS = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** Measures for a while, at this pace or at a faster pace that was requested before. */
  watch(pace: Pace): void {
    this.#until[pace] = nowMS() + watchedMS;
    if (this.#pace !== pace && this.#pace !== 'often') this.#goOnAt(pace);
  }

  /**
   * The total until now. Called at each operation of a transaction, also while the process is late, when each look at its
   * processor time is a call of the system: an answer holds for a while.
   */
  totalMS(): number {
    const now = nowMS();
    if (now - this.#toldAt < toldForMS) return this.#toldMS;
    this.#toldAt = now;
    this.#toldMS = this.#totalMS + this.#starvedSince(now);
    return this.#toldMS;
  }

  #goOnAt(pace: Pace | undefined): void {
    this.#look();
    clearInterval(this.#timer);
    this.#pace = pace;
    if (pace !== undefined) this.#timer = setInterval(() => this.#tick(), everyMS[pace]).unref();
  }

  #tick(): void {
    this.#look();
    const { seldom, often } = this.#until;
    const now = nowMS();
    if (now > seldom && now > often) this.#goOnAt(undefined);
    else if (this.#pace === 'often' && now > often) this.#goOnAt('seldom');
  }

  #look(): void {
    const now = nowMS();
    this.#totalMS += this.#starvedSince(now);
    this.#lookedAt = now;
    this.#cpu = cpuMS();
  }

  #starvedSince(now: number): number {
    const lateMS = this.#pace === undefined ? 0 : now - this.#lookedAt - everyMS[this.#pace];
    return lateMS <= 0 ? 0 : Math.max(0, lateMS - (cpuMS() - this.#cpu));
  }
}

/** For all threads: the computing of another thread may hide that this thread was starved, but never the other way round. */
function cpuMS(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export const starvation = processWide('starvation', () => new Starvation());
