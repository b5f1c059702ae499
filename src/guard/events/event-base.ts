import type { Site } from './operation.ts';

/** Who called: the user's own code, a runner (`withTxn`, `withTransaction`, `withSession`), or a closing client. */
export type Caller = 'user' | 'runner' | 'close';

export interface Base {
  readonly v: 1;
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
  readonly client: number;
  readonly site?: Site | undefined;
}

export interface OfSession extends Base {
  readonly session: number;
}
