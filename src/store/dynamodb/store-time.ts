import { MeasuredClock, type OwnClocks, type TimeRange } from '../../dynamodb/time/measured-clock.ts';
import { clock } from '../../session/clock.ts';

/** The time that sessions live by. */
export interface StoreTime {
  /** @returns undefined if it is not known yet: any answer of the server tells it */
  read(): TimeRange | undefined;
  /** Where the server's answers do not tell it. */
  unmeasured(): TimeRange;
  /** What listens to the answers, if anything does. */
  readonly measured: MeasuredClock | undefined;
}

const own: OwnClocks = { wall: Date.now.bind(Date), steady: () => clock.now() };

/** The server's clock, as its answers tell it. */
export function serverTime(clocks: OwnClocks = own): StoreTime {
  const measured = new MeasuredClock(clocks);
  return {
    measured,
    read: () => measured.read(),
    unmeasured: () => exactly(clocks.wall()),
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
