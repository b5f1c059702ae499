import type { NewSession } from './session-record.ts';

/** The revocation mark that `destroyAll` leaves, so that no log-in that began before it can create a session after it. */
export interface RevocationMark {
  /** The epoch: a random text, a new one with each `destroyAll`. */
  readonly epoch: string;
  /** Milliseconds since 1970 by the clock of the store. */
  readonly at: number;
  /** The handle of the session that stays alive. */
  readonly except: string | undefined;
}

/** A revocation mark that is about to be set. */
export interface NewRevocationMark {
  readonly epoch: string;
  readonly except: string | undefined;
  /** How long it lasts, in milliseconds. */
  readonly lifeMS: number;
}

/** The time by the clock of the store lies between these, milliseconds since 1970. */
export interface ClockReading {
  readonly earliest: number;
  readonly latest: number;
}

export interface RevocationMarkReading extends ClockReading {
  readonly mark: RevocationMark | undefined;
}

/** True if a session belongs to a log-in that the mark refuses. No mark refuses a session without a user. */
export function isRevoked(
  mark: RevocationMark | undefined,
  session: Pick<NewSession, 'user' | 'epoch' | 'handle'>,
): boolean {
  if (mark === undefined || session.user === undefined) return false;
  return mark.epoch !== session.epoch && mark.except !== session.handle;
}
