import { isPointer } from '../backend/life.ts';
import type { SessionHeader, SessionRecord } from '../backend/session-record.ts';
import type { Parts } from './parts.ts';
import { readLive } from './read-live.ts';

/**
 * What the id of a session that has become another one still reads: what it held then, for as long as the other one lives. What
 * came later is for the new id alone: rights may have grown.
 */
export async function shownByOldId(parts: Parts, old: SessionRecord): Promise<SessionRecord | undefined> {
  return (await follow(parts, old)) && old;
}

/**
 * What a session has become, however many steps that took: itself where it has no `next`, or where that one does not live,
 * as before a rotation is done, or when it came to nothing.
 * @returns undefined for a pointer to what has ended, and where the user has changed: who knew the id before the log-in must
 * not have the session after it
 */
export async function follow<H extends SessionHeader>(
  parts: Parts,
  from: H,
): Promise<H | SessionRecord | undefined> {
  const seen = new Set<string>();
  let at: H | SessionRecord = from;
  while (at.next !== undefined && !seen.has(at.hash)) {
    seen.add(at.hash);
    const found = await readLive(parts, at.next);
    if (found === undefined) return isPointer(at) ? undefined : at;
    if (found.record.user !== from.user) return undefined;
    at = found.record;
  }
  return at;
}
