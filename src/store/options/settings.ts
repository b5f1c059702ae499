/** When a use moves the expiry of a session. Milliseconds. */
export type RefreshRule =
  /** If it was last moved at least this long ago; undefined: the default part of the session's own idle time. */
  | { readonly kind: 'every'; readonly everyMS: number | undefined }
  /** If less than this is left. */
  | { readonly kind: 'below'; readonly belowMS: number };

const usualPart = 1 / 6;
const mostMS = 300_000;

/** After its last use a session lives at least its idle time minus this value. */
export function refreshEvery(everyMS: number | undefined, idleMS: number): number {
  // A session with an idle time that is not longer would end although it is used.
  if (everyMS !== undefined && everyMS < idleMS) return everyMS;
  return Math.min(idleMS * usualPart, mostMS);
}

/**
 * True if a use moves the expiry.
 * @param leftMS the time until the session expires; together with the idle time it shows when the expiry was last moved
 */
export function isRefreshDue(rule: RefreshRule, idleMS: number, leftMS: number): boolean {
  if (rule.kind === 'below') return leftMS < Math.min(rule.belowMS, idleMS);
  return idleMS - leftMS >= refreshEvery(rule.everyMS, idleMS);
}

/** The options of a store, checked and in milliseconds. */
export interface StoreSettings {
  readonly idleMS: number;
  readonly refresh: RefreshRule;
  readonly absoluteMS: number;
  readonly lastSeenEveryMS: number;
  readonly timeoutMS: number;
  readonly updateTimeoutMS: number;
  readonly maxPerUser: number | undefined;
  /** The size limit for the data of a session. */
  readonly maxBytes: number;
  /** How long a revocation mark lasts at least: longer than any session and any log-in. */
  readonly markLifeMS: number;
}

/** The longest duration in seconds, 100 years: not all stores can add more to a time. */
export const longestSeconds = 3_153_600_000;

const mostBytes = 256;

/** A text of at most 256 bytes as UTF-8, cut between two characters: browsers decide the length of a `User-Agent`. */
export function cutOff(text: string): string {
  if (Buffer.byteLength(text) <= mostBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(mostBytes));
  return text.slice(0, read);
}
