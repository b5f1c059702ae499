interface Common {
  /** Milliseconds since 1970 by the clock of the application. */
  readonly at: number;
  /** The name of the back end, such as `'Redis'`. */
  readonly store: string;
}

/** Why a session has ended. */
export type EndReason =
  /** By its id: `destroy` of the store, or of the framework's session. */
  | 'logged out'
  /** By `destroyByHandle`. */
  | 'by handle'
  /** By `destroyAll`: one event for all of them. */
  | 'everywhere'
  /** By a log-in above `maxPerUser`. */
  | 'too many'
  /** By the framework's `regenerate`, or by a log-in: the request has another session now. */
  | 'replaced'
  /** It was made by what has failed after that. */
  | 'withdrawn'
  /** Its idle time was over when somebody came by. */
  | 'expired'
  /** As `'expired'`, at its absolute end. */
  | 'absolute';

/** Nobody's session was made. */
export interface AuditedCreate extends Common {
  readonly kind: 'create';
  readonly handle: string;
}

/** A user has a session now: a new one, or one with a new id or a new user. */
export interface AuditedLogIn extends Common {
  readonly kind: 'log-in';
  readonly handle: string;
  /** That of the session before, where the log-in has kept its data. */
  readonly before: string | undefined;
}

/** A session has a new id. */
export interface AuditedRotation extends Common {
  readonly kind: 'rotate';
  readonly handle: string;
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

/** What has become of a session. It has neither ids nor users nor data; `handle` is the session's public name, as in `list`. */
export type AuditEvent = AuditedCreate | AuditedLogIn | AuditedRotation | AuditedEnd | AuditedEndEverywhere;

export type AuditListener = (event: AuditEvent) => void;
