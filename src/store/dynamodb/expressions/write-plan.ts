import type { TimeRange } from '../../../platform/time/server-clock.ts';
import type { Change } from '../../backend/change.ts';
import type { SessionHeader, SessionRecord } from '../../backend/session-record.ts';
import { randomText } from '../../ids/random.ts';

/** An expression has at most 4 KB and 300 operators: if more fields than this change, the whole map is written. */
const mostFields = 100;

export interface Plan {
  readonly change: Change;
  readonly name: string;
  readonly now: TimeRange;
  /** The session as it was read, by the caller or here: it is written only if its times are unchanged. */
  readonly known: SessionHeader;
  /** The session as it was read here. */
  readonly found: SessionRecord | undefined;
  /** Its expiry after the write. */
  readonly expiresAt: number;
}

/** True if too many fields change to be written one by one. */
export function isMany({ set, unset, replace }: Change): boolean {
  return !replace && set.size + unset.length > mostFields;
}

/** The name of a write: 9 random bytes. */
export function newWrite(): string {
  return randomText(9);
}
