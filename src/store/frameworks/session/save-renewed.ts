import { setTimeout } from 'node:timers/promises';
import { clock } from '../../../platform/time/clock.ts';
import { isAlias } from '../../backend/life.ts';
import type { SessionHeader, SessionKey, SessionRecord } from '../../backend/session-record.ts';
import { lastSuccessor } from '../../sessions/last-successor.ts';
import { type Loaded, loadedFrom, readLive } from '../../sessions/loaded.ts';
import type { StoreContext } from '../../sessions/store-context.ts';
import { type PlainChange, save, type Saved } from '../../sessions/save.ts';

/**
 * Saves the changes of a request. If the session got a new id by its age since the request began, the changes are written to
 * the successor, so that requests in flight lose nothing. Never after a log-in.
 */
export async function saveRenewed(context: StoreContext, from: Loaded, wanted: PlainChange): Promise<Saved> {
  const until = clock.now() + 2 * context.settings.timeoutMS;
  let at = from;
  for (let attempt = 0; ; attempt += 1) {
    const saved = await save(context, at, wanted);
    if (saved.outcome !== 'ended' || saved.rotated === undefined) return underKeyOf(from, saved);
    const successor = await renewedFrom(context, saved.rotated);
    if (successor === 'not yet' && clock.now() < until) await setTimeout(Math.min(2 ** attempt, 50));
    else if (successor === undefined || successor === 'not yet') return saved;
    else at = loadedFrom(context.codec, successor, successor);
  }
}

/** The id that the request knows leads to the successor. */
function underKeyOf({ key }: Loaded, saved: Saved): Saved {
  return saved.outcome === 'saved' ? { ...saved, loaded: { ...saved.loaded, key } } : saved;
}

/** The successor of a session that was renewed by its age: with another handle it would be the successor of a log-in. */
export async function renewedFrom(
  context: StoreContext,
  old: SessionHeader,
): Promise<SessionRecord | undefined | 'not yet'> {
  const successor = await lastSuccessor(context, old);
  // It is being rotated, and its successor is not stored yet.
  if (successor === old) return isAlias(old) ? undefined : 'not yet';
  return successor !== undefined && 'fields' in successor && successor.handle === old.handle
    ? successor
    : undefined;
}

/** True if an id that cannot be used any more leads to a live session. */
export async function isRenewed(context: StoreContext, key: SessionKey): Promise<boolean> {
  const found = await readLive(context, key);
  return found?.record.successor !== undefined && (await lastSuccessor(context, found.record)) !== undefined;
}
