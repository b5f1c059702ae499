import { type CookieLife, differ, lifeOf } from './cookie-life.ts';
import type { NewSession } from '../backend/session-record.ts';
import type { StoreSettings } from '../options/settings.ts';
import type { Held } from './held.ts';
import { isRefreshDue, type RefreshRule } from '../sessions/refresh-due.ts';
import { leftOf, type Snapshot } from './snapshots.ts';

/** How far two readings of one clock may lie apart, in milliseconds. */
const tolerance = 1000;

/** How long a new session lives; not more than 0 where its cookie is over already. */
export function lifeOfNew(
  life: CookieLife,
  { idleMS }: StoreSettings,
): Pick<NewSession, 'idleMS' | 'expiresInMS'> {
  if (life.kind === 'of the store') return { idleMS, expiresInMS: idleMS };
  if (life.kind === 'fixed') return { idleMS: life.expiresInMS, expiresInMS: life.expiresInMS };
  return { idleMS: life.idleMS, expiresInMS: Math.min(life.idleMS, life.expiresInMS ?? life.idleMS) };
}

/**
 * The idle time that a session's cookie was given since the snapshot, in milliseconds; not more than 0: it is over.
 * @returns undefined if only time has passed
 */
export function newIdleOf(
  snapshot: Snapshot,
  held: Pick<Held, 'life' | 'expires'>,
  { idleMS }: StoreSettings,
): number | undefined {
  const before = lifeOf(JSON.parse(snapshot.texts.get('cookie') ?? 'null'));
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

/** Whether somebody has set the expiry to a time that neither the snapshot had nor a touch since then has made. */
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

/** Whether a use of a session moves its expiry, or what lists show as last seen. */
export function refreshIsDue(
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
