import type { NewSession } from './session-record.ts';

/** The revocation mark that `destroyAll` leaves, so that no log-in that began before it can create a session after it. */
export interface Fence {
  /** The epoch: a random text, a new one with each `destroyAll`. */
  readonly epoch: string;
  /** Milliseconds since 1970 by the clock of the store. */
  readonly at: number;
  /** The handle of the session that stays alive. */
  readonly except: string | undefined;
}

/** A fence that is about to be raised. */
export interface NewFence {
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

export interface FenceReading extends ClockReading {
  readonly fence: Fence | undefined;
}

/** True if a session belongs to a log-in that the fence refuses. A session without a user has no fence. */
export function isFenced(
  fence: Fence | undefined,
  session: Pick<NewSession, 'user' | 'epoch' | 'handle'>,
): boolean {
  if (fence === undefined || session.user === undefined) return false;
  return fence.epoch !== session.epoch && fence.except !== session.handle;
}
