import { currentCall } from './lookup.ts';
import { clock } from '../../platform/time/clock.ts';
import type { Operation, Site } from '../events/events.ts';
import type { StackStart } from '../stack/stack.ts';

/** The user's line is 1–10 frames deep below the driver's own; Node's default of 10 would miss it. */
const depth = 24;

/**
 * Captures the current place. 5 to 20 µs, the more the better the code around it is optimised; V8 makes the text when `stack` is first read.
 * @param via the library call that leads here; by default the library call of the current code; null for none
 */
export function captureSite(
  below: StackStart,
  frames = depth,
  via: Site | null | undefined = currentCall()?.site,
): Site {
  const before = Error.stackTraceLimit;
  const site: { stack?: string; via?: Site } = {};
  if (via != null) site.via = via;
  try {
    Error.stackTraceLimit = frames;
    Error.captureStackTrace(site, below);
    Error.stackTraceLimit = before;
  } catch {
    // Frozen intrinsics: the operation continues without a place.
  }
  return site;
}

/** What a place is captured for: the operations of one command and namespace, or a call such as `withTxn`. */
export type SiteKind = string;

const callKind: SiteKind = 'call';

export function siteKindOf({ command, namespace }: Pick<Operation, 'command' | 'namespace'>): SiteKind {
  return `${command} ${namespace ?? ''}`;
}

/** Enough to meet the next occurrence of a misuse, and too few to be felt. */
const capturesPerFinding = 1000;

/** The least time between two findings without a place that ask for captures of the same kind. */
const restMS = 60_000;

/** A program has far fewer kinds of operations that are at fault. */
const mostKinds = 100;

interface WantedKind {
  left: number;
  readonly at: number;
}

/**
 * Decides for which operations and runners a place is captured: all in development. In production (`NODE_ENV=production`) none,
 * until a finding has no place: then for calls of its kind, for a while, so that the next occurrence has a place. The starts and
 * ends of sessions, transactions and clients do not ask here: they are captured always, with `captureSite`, because a finding
 * about them comes too late to capture anything. Those that a runner makes ask, and a commit with which nothing is wrong.
 */
export class SiteCapture {
  readonly #always = process.env['NODE_ENV'] !== 'production';
  /** Undefined while nothing is wanted, which costs an operation one comparison. */
  #wanted: Map<SiteKind, WantedKind> | undefined;

  /**
   * The current place, if places are captured now.
   * @param via the library call that led here, if it is not the one of the current code
   * @param command that of the operation for which the place is; undefined for a call such as `withTxn`
   */
  capture(below: StackStart, via?: Site, command?: string, namespace?: string): Site | undefined {
    if (!this.#always && (this.#wanted === undefined || !this.#takes(command, namespace))) return undefined;
    return captureSite(below, depth, via);
  }

  /** Places of calls that are not operations are captured now. */
  get on(): boolean {
    return this.#always || (this.#wanted?.get(callKind)?.left ?? 0) > 0;
  }

  /** A finding has no place. @param kinds those of the calls that it may be about; a call such as `withTxn` is always one */
  want(kinds: readonly SiteKind[]): void {
    if (this.#always) return;
    this.#wanted ??= new Map();
    const now = clock.now();
    for (const kind of [callKind, ...kinds]) {
      const known = this.#wanted.get(kind);
      if (known === undefined ? this.#wanted.size < mostKinds : now - known.at >= restMS)
        this.#wanted.set(kind, { left: capturesPerFinding, at: now });
    }
  }

  #takes(command: string | undefined, namespace: string | undefined): boolean {
    const kind = command === undefined ? callKind : siteKindOf({ command, namespace });
    const wanted = this.#wanted?.get(kind);
    if (wanted === undefined || wanted.left === 0) return false;
    wanted.left -= 1;
    return true;
  }
}
