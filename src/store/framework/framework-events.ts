import type { Ended } from '../sessions/why.ts';

/** A session that has ended was saved or touched. Nothing was written. */
export interface SessionEnded {
  readonly during: 'save' | 'touch';
  /** A hint, where the store still knows. */
  readonly why: Ended['why'];
  /** The public name of the session; undefined where it was never read. */
  readonly handle: string | undefined;
}

/** A session got another user, and kept its id: whoever knew the id before has that user's session. */
export interface UserChanged {
  readonly handle: string;
  /** Whether it was somebody's before. */
  readonly from: 'nobody' | 'another user';
}

/** The expiry could not be moved. The request it was for is not undone by it. */
export interface RefreshFailed {
  readonly error: unknown;
}

/** What the stores for frameworks emit. */
export interface FrameworkStoreEvents {
  sessionEnded: [SessionEnded];
  userChanged: [UserChanged];
  refreshFailed: [RefreshFailed];
}

/** Of an EventEmitter, what is needed to tell it. */
export interface Emitter {
  emit(event: string, ...args: readonly unknown[]): boolean;
}
