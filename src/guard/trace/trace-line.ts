import type { SessionGuardEvent } from '../events/events.ts';
import type { RequestContext } from '../events/request-context.ts';
import type { ErrorSummary } from '../events/operation.ts';
import type { Finding } from '../findings/finding.ts';

/** The version of the lines that are written. Version 1 had events alone, without a time of day. */
export const traceVersion = 2;

/** What each line of version 2 has. */
export interface LineBase {
  readonly v: typeof traceVersion;
  /** The process id; for a worker thread `4711/2`, for a realm of a test runner `4711#2`. Numbers of sessions are its own. */
  readonly process: string;
  /** The time of day: milliseconds since 1970. */
  readonly time: number;
  /** Milliseconds of the process's monotonic clock: durations are differences of these. */
  readonly at: number;
}

/** The first line of a process, and of each file that continues it. */
export interface HeadLine extends LineBase {
  readonly type: 'trace.head';
  readonly pid: number;
  readonly node: string;
  /** False for the continuation in another file. */
  readonly isStart: boolean;
}

/** A request or a job: when it is met first, and once more at its end, when its route is known. */
export interface RequestLine extends LineBase {
  readonly type: 'trace.request';
  readonly scope: number;
  readonly request: RequestContext;
}

/** A finding: whole when it is made first, later its count alone. */
export interface FindingLine extends LineBase {
  readonly type: 'trace.finding';
  /** Of this finding in its process. */
  readonly number: number;
  readonly client?: number | undefined;
  readonly session?: number | undefined;
  readonly operation?: number | undefined;
  readonly count: number;
  readonly finding?: Finding | undefined;
}

/** So many lines could not be written in time, and are missing here. */
export interface LostLine extends LineBase {
  readonly type: 'trace.lost';
  readonly lines: number;
}

/** What a line says beyond its event. */
export interface EventExtras {
  /** Of an operation that has settled: its command. */
  readonly command?: string | undefined;
  readonly namespace?: string | undefined;
  /** How long the operation or the transaction took, in milliseconds. */
  readonly ms?: number | undefined;
  /** How long an operation waited for its turn, in milliseconds; a part of `ms`. */
  readonly queuedMS?: number | undefined;
  /** Why a transaction is attempted again. */
  readonly reason?: ErrorSummary | undefined;
}

type Traced<E> = E extends SessionGuardEvent ? Omit<E, 'v'> & LineBase & EventExtras : never;

export type EventLine = Traced<SessionGuardEvent>;

export type TraceLine = HeadLine | RequestLine | FindingLine | LostLine | EventLine;
