import type { TimeRange } from '../../../dynamodb/time/measured-clock.ts';
import type { Change } from '../../backend/change.ts';
import type { SessionHeader, SessionRecord } from '../../backend/session-record.ts';

/** An expression has at most 4 KB and 300 operators: with more fields than this the whole map is written. */
const mostFields = 100;

export interface Plan {
  readonly change: Change;
  readonly name: string;
  readonly now: TimeRange;
  /** The session as it was read, by the caller or here: it is written only if its times are still so. */
  readonly known: SessionHeader;
  /** The session as it was read here. */
  readonly found: SessionRecord | undefined;
  /** Its expiry after the write. */
  readonly expiresAt: number;
}

/** Whether more fields change than can be written one by one. */
export function isMany({ set, unset, replace }: Change): boolean {
  return !replace && set.size + unset.length > mostFields;
}
