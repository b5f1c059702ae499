import type { Change } from './change.ts';
import type { NewSession, SessionHeader, SessionRecord } from './session-record.ts';

/*
 * The arithmetic of a session's life. `now` is always the store's time. A back end whose server does the arithmetic
 * (a script, a pipeline) does this there; the contract suite tells whether it is the same.
 */

export function isLive(header: Pick<SessionHeader, 'expiresAt' | 'absoluteEnd'>, now: number): boolean {
  return now < header.expiresAt && now < header.absoluteEnd;
}

/**
 * True for what only points to a session, and is none of its own. What has a `next` and is no pointer is about to become
 * that one, and stays what it is if it comes to nothing.
 */
export function isPointer(header: Pick<SessionHeader, 'next' | 'idleMS'>): boolean {
  return header.next !== undefined && header.idleMS === 0;
}

/** The session as it is first stored. */
export function bornAt(session: NewSession, now: number): SessionRecord {
  const { createdAt, authenticatedAt, expiresInMS, absoluteEnd: absolute, ...same } = session;
  const absoluteEnd = 'at' in absolute ? absolute.at : now + absolute.inMS;
  return {
    ...same,
    createdAt: createdAt === 'now' ? now : createdAt,
    authenticatedAt: authenticatedAt === 'now' ? now : authenticatedAt,
    expiresAt: Math.min(now + expiresInMS, absoluteEnd),
    absoluteEnd,
    seenAt: now,
  };
}

/** The expiry after a use: the idle time from now on, never past the absolute end, and never earlier than before. */
export function refreshedExpiry(header: SessionHeader, now: number): number {
  return Math.max(header.expiresAt, Math.min(now + header.idleMS, header.absoluteEnd));
}

export function refreshedAt(header: SessionHeader, now: number): SessionHeader {
  return { ...header, expiresAt: refreshedExpiry(header, now), seenAt: now };
}

/** The expiry after a write. A write is a use, unless it sets the end of the session: that end is never moved by a use. */
export function writtenExpiry(header: SessionHeader, change: Change, now: number): number {
  const { idleMS, endsInMS } = change;
  if (idleMS === undefined && endsInMS === undefined) return refreshedExpiry(header, now);
  const usual = idleMS === undefined ? header.expiresAt : Math.min(now + idleMS, header.absoluteEnd);
  return endsInMS === undefined ? usual : Math.min(usual, now + endsInMS);
}

/** The idle time after a write. */
export function writtenIdle(header: SessionHeader, { idleMS, endsInMS }: Change): number {
  return endsInMS === undefined ? (idleMS ?? header.idleMS) : 0;
}

/** The session after a write that its conditions let pass. */
export function changedAt(record: SessionRecord, change: Change, now: number): SessionRecord {
  const fields = new Map(change.replace ? [] : record.fields);
  for (const name of change.unset) fields.delete(name);
  for (const [name, text] of change.set) fields.set(name, text);
  return {
    ...record,
    fields,
    user: change.user ?? record.user,
    next: change.next === undefined ? record.next : (change.next ?? undefined),
    idleMS: writtenIdle(record, change),
    expiresAt: writtenExpiry(record, change, now),
    seenAt: now,
    version: record.version + 1,
  };
}
