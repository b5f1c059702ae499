import { type CookieLife, differ, cookieLifeOf } from './cookie-life.ts';
import type { NewSession } from '../../backend/session-record.ts';
import { isRefreshDue, type RefreshRule, type StoreSettings } from '../../options/settings.ts';
import type { Held } from './held.ts';
import { leftOf, type Snapshot } from './snapshots.ts';

/** The tolerance between two readings of one clock, in milliseconds. */
const tolerance = 1000;

/** How long a new session lives; 0 or less if its cookie has already expired. */
export function lifeOfNew(
  life: CookieLife,
  { idleMS }: StoreSettings,
): Pick<NewSession, 'idleMS' | 'expiresInMS'> {
  if (life.kind === 'of the store') return { idleMS, expiresInMS: idleMS };
  if (life.kind === 'fixed') return { idleMS: life.expiresInMS, expiresInMS: life.expiresInMS };
  return { idleMS: life.idleMS, expiresInMS: Math.min(life.idleMS, life.expiresInMS ?? life.idleMS) };
}

/**
 * The new idle time that the session's cookie got since the snapshot, in milliseconds; 0 or less: the session is over.
 * @returns undefined if only time has passed
 */
export function newIdleOf(
  snapshot: Snapshot,
  held: Pick<Held, 'life' | 'expires'>,
  { idleMS }: StoreSettings,
): number | undefined {
  const before = cookieLifeOf(JSON.parse(snapshot.texts.get('cookie') ?? 'null'));
  const { life } = held;
  if (life.kind === 'of the store') return before.kind === life.kind ? undefined : idleMS;
  if (life.kind === 'fixed') return isMoved(snapshot, held) ? life.expiresInMS : undefined;
  if (before.kind !== 'rolling' || differ(before.idleMS, life.idleMS)) return life.idleMS;
  return wasSet(snapshot, held, life.idleMS) ? life.expiresInMS : undefined;
}

function isMoved(snapshot: Snapshot, { expires }: Pick<Held, 'expires'>): boolean {
  const { expires: before }: { expires?: unknown } = JSON.parse(snapshot.texts.get('cookie') ?? '{}');
  return typeof before !== 'string' || new Date(before).getTime() !== expires;
}

/** True if the application has set the expiry: to a time that comes neither from the snapshot nor from a touch since then. */
function wasSet(
  { at, expires: before }: Snapshot,
  { expires }: Pick<Held, 'expires'>,
  idleMS: number,
): boolean {
  if (expires === undefined) return false;
  if (before !== undefined && Math.abs(expires - before) <= tolerance) return false;
  const touchedAt = expires - idleMS;
  return touchedAt < at - tolerance || touchedAt > Date.now() + tolerance;
}

/** True if a use of a session moves its expiry, or the time that lists show as last seen. */
export function isSnapshotRefreshDue(
  snapshot: Snapshot,
  touchAfterMS: number | undefined,
  { refresh, lastSeenEveryMS }: StoreSettings,
): boolean {
  const { header } = snapshot.loaded;
  const left = leftOf(snapshot);
  if (header.expiresAt - left - header.seenAt >= lastSeenEveryMS) return true;
  if (header.expiresAt >= header.absoluteEnd) return false;
  const rule: RefreshRule = touchAfterMS === undefined ? refresh : { kind: 'every', everyMS: touchAfterMS };
  return isRefreshDue(rule, header.idleMS, left);
}
