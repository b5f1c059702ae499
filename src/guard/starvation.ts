import { processWide } from './process-wide.ts';
import { clearInterval, setInterval } from './timers.ts';

/** How often the process is looked at: while a session is open, and while a transaction is open for long, in milliseconds. */
const everyMS = { seldom: 500, often: 50 } as const;

type Pace = keyof typeof everyMS;

/** How long a look lasts that nobody asks for again. */
const watchedMS = 3000;

/** The machine's own time: where a test sets the clock of the guard, nobody is starved. */
const nowMS = performance.now.bind(performance);

/**
 * How long this process did not get to run though it had something to do: its timers came late, and it had not used the
 * processor in the meantime. A process that computes is not starved, nor one that waits for others.
 */
class Starvation {
  #totalMS = 0;
  #pace: Pace | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #until = { seldom: 0, often: 0 };
  #lookedAt = 0;
  #cpu = 0;

  /** Looks for a while, at this pace or a faster one that was asked for. */
  watch(pace: Pace): void {
    this.#until[pace] = nowMS() + watchedMS;
    if (this.#pace !== pace && this.#pace !== 'often') this.#goOnAt(pace);
  }

  /** All the time until now. Asked for at each operation of a transaction: it costs a comparison. */
  totalMS(): number {
    return this.#totalMS + this.#starvedSince(nowMS());
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

/** Of all threads: what another one computes may hide that this one was starved, and never the other way round. */
function cpuMS(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export const starvation = processWide('starvation', () => new Starvation());
