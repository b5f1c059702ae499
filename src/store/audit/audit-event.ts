import type { RefusalReason } from '../errors.ts';
import type { SessionHeader } from '../backend/session-record.ts';

interface Common {
  /** Milliseconds since 1970 by the clock of the application. */
  readonly at: number;
  /** The name of the back end, such as `'Redis'`. */
  readonly store: string;
}

/** Why a session has ended. */
export type EndReason =
  /** It was ended by its id: `destroy` of the store, or of the framework's session. */
  | 'logged out'
  /** By `destroyByHandle`. */
  | 'by handle'
  /** By `destroyAll`: one event for all of them. */
  | 'everywhere'
  /** By a log-in that exceeded `maxPerUser`. */
  | 'too many'
  /** By the framework's `regenerate`, or by a log-in: the request has another session now. */
  | 'replaced'
  /** The call that created it failed afterwards. */
  | 'withdrawn'
  /** Its idle time was over at its next use. */
  | 'expired'
  /** As `'expired'`, at its absolute end. */
  | 'absolute';

/** A session without a user was created. */
export interface AuditedCreate extends Common {
  readonly kind: 'create';
  readonly handle: string;
}

/** A user has a session now: a new session, or a session with a new id or a new user. */
export interface AuditedLogIn extends Common {
  readonly kind: 'log-in';
  readonly handle: string;
  /** The handle of the previous session, if the log-in has kept its data. */
  readonly before: string | undefined;
}

/** A session has a new id. */
export interface AuditedRotation extends Common {
  readonly kind: 'rotate';
  readonly handle: string;
}

/** The user of a session has authenticated again. */
export interface AuditedReauthentication extends Common {
  readonly kind: 're-authentication';
  readonly handle: string;
}

/** A log-in that was refused. */
export interface AuditedRefusal extends Common {
  readonly kind: 'log-in-refused';
  readonly reason: RefusalReason;
}

export interface AuditedEnd extends Common {
  readonly kind: 'end';
  readonly reason: Exclude<EndReason, 'everywhere'>;
  readonly handle: string;
}

export interface AuditedEndEverywhere extends Common {
  readonly kind: 'end';
  readonly reason: 'everywhere';
  /** How many sessions have ended. */
  readonly count: number;
}

/**
 * A change in the life of a session. It has no ids, no users and no data; `handle` is the session's public name, as in `list`.
 */
export type AuditEvent =
  | AuditedCreate
  | AuditedLogIn
  | AuditedRotation
  | AuditedReauthentication
  | AuditedRefusal
  | AuditedEnd
  | AuditedEndEverywhere;

export type AuditListener = (event: AuditEvent) => void;

/** A session that a write did not find. */
export interface Ended {
  readonly ended: true;
  /** A hint, if the store still knows it: only `'unknown'` is guaranteed everywhere. */
  readonly reason: 'expired' | 'absolute' | 'unknown';
}

export const endedForUnknownReason: Ended = { ended: true, reason: 'unknown' };

/** @param header its header, if it still exists */
export function endedAs(header: SessionHeader | undefined): Ended {
  if (header === undefined) return endedForUnknownReason;
  return { ended: true, reason: header.expiresAt >= header.absoluteEnd ? 'absolute' : 'expired' };
}
