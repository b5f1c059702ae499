import { clock } from './clock.ts';

/** The limits of a server's time, milliseconds since 1970. */
export interface TimeRange {
  readonly earliest: number;
  readonly latest: number;
}

/** The clocks of this process. */
export interface OwnClocks {
  /** Milliseconds since 1970; this clock may be set. */
  wall(): number;
  /** Monotonic milliseconds, which cannot be set. This clock may stop while the machine sleeps. */
  now(): number;
}

interface ServerClockOptions {
  /** To how many milliseconds the server rounds its time down. */
  readonly resolutionMS: number;
  /**
   * The age from which a measurement is not used any more.
   * @default none: an old measurement is only less exact
   */
  readonly staleAfterMS?: number | undefined;
  /** @default those of the process */
  readonly own?: OwnClocks | undefined;
}

/** How much two clocks may drift apart, as a share of the passing time: the most that an NTP daemon corrects. */
const drift = 0.0005;
/** If the two own clocks differ by more than this, in milliseconds, the machine has slept or its clock was set. */
const mostJumpMS = 100;

/** Between the two own clocks the process may stand still, in milliseconds: if it was longer, both are read again, a few times. */
const oneMomentMS = 5;
const mostReadings = 4;

/** The least time between two measurements, in milliseconds. */
const enoughMS = 50;

interface Moment {
  /** By the steady clock. */
  readonly at: number;
  readonly wallAhead: number;
}

interface Measured extends Moment {
  /** The offset to the steady clock: its lower and upper limit. */
  readonly least: number;
  readonly most: number;
}

/**
 * The clock of a server, measured from its answers: each time was taken between the sending of a request and the arrival of its
 * answer. Further answers narrow the range, down to the time that a request takes. The system's time of day is not used, so it
 * may be wrong.
 */
export class ServerClock {
  readonly #own: OwnClocks;
  readonly #resolutionMS: number;
  readonly #staleAfterMS: number;
  #measured: Measured | undefined;

  constructor({ resolutionMS, staleAfterMS = Number.POSITIVE_INFINITY, own = clock }: ServerClockOptions) {
    this.#own = own;
    this.#resolutionMS = resolutionMS;
    this.#staleAfterMS = staleAfterMS;
  }

  /** The moment before a request is sent, for `note`. */
  moment(): number {
    return this.#own.now();
  }

  /** False right after an answer: the next one would add almost no information. */
  wantsMore(): boolean {
    const now = this.#now();
    const known = this.#valid(now);
    return known === undefined || now.at - known.at >= enoughMS;
  }

  /**
   * @param time the server's time in an answer that has just arrived, milliseconds since 1970
   * @param sentAt the result of `moment` before the request was sent
   */
  note(time: number, sentAt: number): void {
    const now = this.#now();
    const { at, wallAhead } = now;
    const before = this.#valid(now);
    const heardLeast = time - at;
    const heardMost = time + this.#resolutionMS - sentAt;
    const least = before === undefined ? heardLeast : Math.max(heardLeast, before.least);
    const most = before === undefined ? heardMost : Math.min(heardMost, before.most);
    // If the answers contradict each other, the server's clock was set, or another server answers: the last one is used.
    this.#measured =
      least <= most ? { at, wallAhead, least, most } : { at, wallAhead, least: heardLeast, most: heardMost };
  }

  /**
   * The server's time.
   * @param moment a moment since the last answer, by the steady clock
   * @returns undefined if there was no answer yet, if the last one is too old, or if the machine has slept since
   */
  read(moment = this.#own.now()): TimeRange | undefined {
    const known = this.#valid(this.#now());
    if (known === undefined) return undefined;
    return { earliest: Math.floor(moment + known.least), latest: Math.ceil(moment + known.most) };
  }

  /** Both own clocks at one moment: on a busy machine a process may stand still between the two readings, which is not a jump. */
  #now(): Moment {
    for (let reading = 1; ; reading += 1) {
      const before = this.#own.now();
      const wall = this.#own.wall();
      const at = this.#own.now();
      if (at - before <= oneMomentMS || reading === mostReadings) return { at, wallAhead: wall - at };
    }
  }

  /** The measurement with the drift since then, if it is still valid. */
  #valid({ at, wallAhead }: Moment): Measured | undefined {
    const known = this.#measured;
    if (known === undefined || at - known.at >= this.#staleAfterMS) return undefined;
    if (Math.abs(wallAhead - known.wallAhead) > mostJumpMS) return undefined;
    const parted = (at - known.at) * drift;
    const { at: measuredAt, wallAhead: ahead, least, most } = known;
    return { at: measuredAt, wallAhead: ahead, least: least - parted, most: most + parted };
  }
}
