import { clock } from '../../platform/time/clock.ts';
import { ServerClock, type OwnClocks, type TimeRange } from '../../platform/time/server-clock.ts';

/** The time by which sessions expire. */
export interface StoreTime {
  /** @returns undefined if it is not known yet: any response of the server has it */
  read(): TimeRange | undefined;
  /** The time, if the server's responses do not have it. */
  unmeasured(): TimeRange;
  /** The clock that is measured from responses, if there is one. */
  readonly measured: ServerClock | undefined;
}

/** A `Date` header has whole seconds. */
const resolutionMS = 1000;

/** The server's clock, measured from its responses. */
export function serverTime(own: OwnClocks = clock): StoreTime {
  const measured = new ServerClock({ resolutionMS, own });
  return {
    measured,
    read: () => measured.read(),
    unmeasured: () => exactly(own.wall()),
  };
}

/** A clock that a test sets: milliseconds since 1970. */
export interface SettableClock {
  now(): number;
}

export function settableTime(settable: SettableClock): StoreTime {
  const read = (): TimeRange => exactly(settable.now());
  return { read, unmeasured: read, measured: undefined };
}

function exactly(now: number): TimeRange {
  return { earliest: now, latest: now };
}
