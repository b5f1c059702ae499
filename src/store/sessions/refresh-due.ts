/** When a use moves the expiry of a session. Milliseconds. */
export type RefreshRule =
  /** When it was last moved so long ago; undefined: the usual part of the session's own idle time. */
  | { readonly kind: 'every'; readonly everyMS: number | undefined }
  /** When less than this is left. */
  | { readonly kind: 'below'; readonly belowMS: number };

const usualPart = 1 / 6;
const mostMS = 300_000;

/** A session in use lives at least its idle time less this after its last use. */
export function refreshEvery(everyMS: number | undefined, idleMS: number): number {
  // A session that lives no longer than that would end in spite of its use.
  if (everyMS !== undefined && everyMS < idleMS) return everyMS;
  return Math.min(idleMS * usualPart, mostMS);
}

/**
 * Whether a use moves the expiry.
 * @param leftMS until the session expires; what is left of its idle time tells when it was last moved
 */
export function isRefreshDue(rule: RefreshRule, idleMS: number, leftMS: number): boolean {
  if (rule.kind === 'below') return leftMS < Math.min(rule.belowMS, idleMS);
  return idleMS - leftMS >= refreshEvery(rule.everyMS, idleMS);
}
