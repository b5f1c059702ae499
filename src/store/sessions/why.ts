import type { SessionHeader } from '../backend/session-record.ts';

/** A session that a write did not find. */
export interface Ended {
  readonly ended: true;
  /** A hint, where the store still knows: only `'unknown'` is promised everywhere. */
  readonly why: 'expired' | 'absolute' | 'unknown';
}

export const endedForUnknownReason: Ended = { ended: true, why: 'unknown' };

/** @param header what is left of it */
export function endedAs(header: SessionHeader | undefined): Ended {
  if (header === undefined) return endedForUnknownReason;
  return { ended: true, why: header.expiresAt >= header.absoluteEnd ? 'absolute' : 'expired' };
}
