import type { Change, Written } from './change.ts';
import { type NewSession, sameKey, type SessionHeader, type SessionRecord } from './session-record.ts';

/*
 * The arithmetic of a session's lifetime. `now` is always the store's time. A back end whose server does the arithmetic (in a
 * script, in a pipeline) repeats it there; the contract suite checks that the results are the same.
 */

export function isLive(header: Pick<SessionHeader, 'expiresAt' | 'absoluteEnd'>, now: number): boolean {
  return now < header.expiresAt && now < header.absoluteEnd;
}

/**
 * True for a record that only leads to its successor and is not a session itself. A record with a `successor` that is not an
 * alias is about to be rotated; if the rotation is never finished, it stays a session.
 */
export function isAlias(header: Pick<SessionHeader, 'successor' | 'idleMS'>): boolean {
  return header.successor !== undefined && header.idleMS === 0;
}

/** The session as it is first stored. Each part is named: to copy all the rest of an object takes several times as long. */
export function bornAt(session: NewSession, now: number): SessionRecord {
  const { createdAt, authenticatedAt, absoluteEnd: absolute } = session;
  const absoluteEnd = 'at' in absolute ? absolute.at : now + absolute.inMS;
  return {
    userKey: session.userKey,
    hash: session.hash,
    user: session.user,
    handle: session.handle,
    createdAt: createdAt === 'now' ? now : createdAt,
    renewedAt: createdAt === 'now' ? undefined : now,
    authenticatedAt: authenticatedAt === 'now' ? now : authenticatedAt,
    epoch: session.epoch,
    idleMS: session.idleMS,
    expiresAt: Math.min(now + session.expiresInMS, absoluteEnd),
    absoluteEnd,
    seenAt: now,
    device: session.device,
    version: session.version,
    successor: session.successor,
    fields: session.fields,
  };
}

/** The expiry after a use: the idle time from now on, never past the absolute end, and never earlier than before. */
export function refreshedExpiry(header: SessionHeader, now: number): number {
  return Math.max(header.expiresAt, Math.min(now + header.idleMS, header.absoluteEnd));
}

export function refreshedAt(header: SessionHeader, now: number): SessionHeader {
  return { ...header, expiresAt: refreshedExpiry(header, now), seenAt: now };
}

/** The expiry after a write. A write is a use, unless it sets the end of the session: a use never moves such an end. */
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

/** The session after a write whose conditions are met. */
export function changedAt(record: SessionRecord, change: Change, now: number): SessionRecord {
  const fields = new Map(change.replace ? [] : record.fields);
  for (const name of change.unset) fields.delete(name);
  for (const [name, text] of change.set) fields.set(name, text);
  return {
    ...record,
    fields,
    user: change.user ?? record.user,
    authenticatedAt: change.authenticated ? now : record.authenticatedAt,
    successor: change.successor === undefined ? record.successor : (change.successor ?? undefined),
    idleMS: writtenIdle(record, change),
    expiresAt: writtenExpiry(record, change, now),
    seenAt: now,
    version: record.version + 1,
  };
}

type Refusal = Exclude<Written, { outcome: 'written' }>;

/** The reason to refuse a write, if there is one. The conditions are checked in this order. */
export function refusalOf(
  record: SessionRecord | undefined,
  change: Change,
  now: number,
): Refusal | undefined {
  if (record === undefined || !isLive(record, now)) return { outcome: 'ended', header: record };
  const { successor } = record;
  const mayHaveSuccessor =
    change.successor === null || (successor && change.successor && sameKey(successor, change.successor));
  if (successor !== undefined && mayHaveSuccessor !== true) return { outcome: 'rotated', header: record };
  if (change.ifVersion !== undefined && record.version !== change.ifVersion)
    return { outcome: 'conflict', record };
  return undefined;
}
