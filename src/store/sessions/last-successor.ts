import { isAlias } from '../backend/life.ts';
import type { SessionHeader, SessionRecord } from '../backend/session-record.ts';
import type { StoreContext } from './store-context.ts';
import { readLive } from './loaded.ts';

/**
 * The session that the old id of a rotated session still reads: its data at the rotation, while the successor lives. Later
 * writes are only visible with the new id, because the user may have got more rights.
 */
export async function shownByOldId(
  context: StoreContext,
  old: SessionRecord,
): Promise<SessionRecord | undefined> {
  return (await lastSuccessor(context, old)) && old;
}

/**
 * The last successor of a session, over any number of steps: the session itself if it has no successor, or if its successor is
 * not alive, because the rotation is not finished or was never finished.
 * @returns undefined for an alias of an ended session, and if the user has changed: someone who knew the id before the log-in
 * must not get the session after it
 */
export async function lastSuccessor<H extends SessionHeader>(
  context: StoreContext,
  from: H,
): Promise<H | SessionRecord | undefined> {
  const seen = new Set<string>();
  let at: H | SessionRecord = from;
  while (at.successor !== undefined && !seen.has(at.hash)) {
    seen.add(at.hash);
    const found = await readLive(context, at.successor);
    if (found === undefined) return isAlias(at) ? undefined : at;
    if (found.record.user !== from.user) return undefined;
    at = found.record;
  }
  return at;
}
