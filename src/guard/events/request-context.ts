/** What is known of the request or job in which something happened. */
export interface RequestContext {
  /** The application's own id of it; without one, a number of this process. */
  readonly id?: string | undefined;
  /** The method of an HTTP request. */
  readonly method?: string | undefined;
  /** The pattern of the route (`/orders/:id`), never the URL with its values; the name of a job. */
  readonly route?: string | undefined;
  /** When it began: milliseconds since 1970. */
  readonly startedAt: number;
}

/** A request while it runs: its route may not be known at its beginning. */
export interface ContextSource {
  /** What is known now. */
  read(): RequestContext;
  /** The request is over: what is known of it stays, and the framework's own object is let go. */
  close(): void;
  /** The request's own logger, if it has one. */
  readonly log: unknown;
}
