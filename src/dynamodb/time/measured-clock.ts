/** The time of a server lies between these, milliseconds since 1970. */
export interface TimeRange {
  readonly earliest: number;
  readonly latest: number;
}

/** The clocks of this process. */
export interface OwnClocks {
  /** Milliseconds since 1970; somebody may set it. */
  wall(): number;
  /** Milliseconds since whenever, which nobody can set. It may stand still while the machine sleeps. */
  steady(): number;
}

/** A `Date` header has no parts of a second. */
const resolutionMS = 1000;
/** How much two clocks may part, as a share of the time that passes: what an NTP daemon corrects at most. */
const drift = 0.0005;
/** When the two own clocks have parted by more, in milliseconds, the machine has slept or its clock was set. */
const mostJumpMS = 100;

/** So often it listens, in milliseconds. */
const enoughMS = 50;

interface Measured {
  /** What has to be added to the steady clock, at least and at most. */
  readonly least: number;
  readonly most: number;
  /** By the steady clock. */
  readonly at: number;
  readonly wallAhead: number;
}

interface Known {
  readonly least: number;
  readonly most: number;
  readonly heardAt: number;
}

/**
 * The clock of a server as its answers tell it. One answer tells it to the second; each further one that comes at another
 * part of a second narrows the range, down to the time that a request takes.
 */
export class MeasuredClock {
  readonly #own: OwnClocks;
  #measured: Measured | undefined;

  constructor(own: OwnClocks) {
    this.#own = own;
  }

  /** The moment at which a request is sent, for `heard`. */
  moment(): number {
    return this.#own.steady();
  }

  /** False right after an answer: the next one would hardly tell more. */
  wantsMore(): boolean {
    const at = this.#own.steady();
    const known = this.#valid(at, this.#own.wall() - at);
    return known === undefined || at - known.heardAt >= enoughMS;
  }

  /**
   * @param date the `Date` header of an answer
   * @param sentAt what `moment` gave before its request was sent
   */
  heard(date: string, sentAt: number): void {
    const second = Date.parse(date);
    if (Number.isNaN(second)) return;
    const at = this.#own.steady();
    const wallAhead = this.#own.wall() - at;
    const before = this.#valid(at, wallAhead);
    const least = Math.max(second - at, before?.least ?? Number.NEGATIVE_INFINITY);
    const most = Math.min(second + resolutionMS - sentAt, before?.most ?? Number.POSITIVE_INFINITY);
    // Where the answers contradict one another, the last one is believed.
    this.#measured =
      least > most
        ? { least: second - at, most: second + resolutionMS - sentAt, at, wallAhead }
        : { least, most, at, wallAhead };
  }

  /** @returns undefined if no answer has told it yet, or none since the machine has slept */
  read(): TimeRange | undefined {
    const at = this.#own.steady();
    const known = this.#valid(at, this.#own.wall() - at);
    return known && { earliest: Math.floor(at + known.least), latest: Math.ceil(at + known.most) };
  }

  /** What is known, as far as it still holds. */
  #valid(at: number, wallAhead: number): Known | undefined {
    const known = this.#measured;
    if (known === undefined || Math.abs(wallAhead - known.wallAhead) > mostJumpMS) return undefined;
    const parted = (at - known.at) * drift;
    return { least: known.least - parted, most: known.most + parted, heardAt: known.at };
  }
}
