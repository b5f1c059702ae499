import type { Ended } from '../../audit/audit-event.ts';

/** A session that has ended was saved or touched. Nothing was written. */
export interface SessionEnded {
  readonly during: 'save' | 'touch';
  /** A hint, if the store still knows it. */
  readonly reason: Ended['reason'];
  /** The public name of the session; undefined if it was never read. */
  readonly handle: string | undefined;
}

/** A session got another user, and kept its id: anyone who knew the id before has that user's session. */
export interface UserChanged {
  readonly handle: string;
  /** Whether the session had a user before. */
  readonly from: 'nobody' | 'another user';
}

/** The expiry could not be moved. The request itself does not fail. */
export interface RefreshFailed {
  readonly error: unknown;
}

/** The events of the stores for frameworks. */
export interface FrameworkStoreEvents {
  sessionEnded: [SessionEnded];
  userChanged: [UserChanged];
  refreshFailed: [RefreshFailed];
}

/** The part of an EventEmitter that is used. */
export interface Emitter {
  emit(event: string, ...args: readonly unknown[]): boolean;
}
