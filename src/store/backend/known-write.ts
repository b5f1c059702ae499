import type { Change } from './change.ts';
import { refreshedExpiry } from './life.ts';
import type { Fields, SessionHeader, SessionKey, SessionRecord } from './session-record.ts';

/*
 * A write of a session that is still as its writer has read it. Everything that it stores is known before, so that the server
 * only has to compare the version.
 */

/** Nothing changes but fields, and what each use changes; and the writer has read the session. */
export function isOfKnown(known: SessionKey | SessionHeader, change: Change): known is SessionHeader {
  if (!('expiresAt' in known) || known.successor !== undefined) return false;
  const {
    ifVersion = known.version,
    knownVersion,
    idleMS,
    endsInMS,
    user,
    authenticated,
    successor,
  } = change;
  const isAsRead = ifVersion === known.version && knownVersion === known.version;
  const isUse = idleMS === undefined && endsInMS === undefined;
  return isAsRead && isUse && user === undefined && !authenticated && successor === undefined;
}

/** The session after such a write, without its fields. */
export function headerAfter(known: SessionHeader, now: number): SessionHeader {
  return {
    userKey: known.userKey,
    hash: known.hash,
    user: known.user,
    handle: known.handle,
    createdAt: known.createdAt,
    renewedAt: known.renewedAt,
    authenticatedAt: known.authenticatedAt,
    epoch: known.epoch,
    idleMS: known.idleMS,
    expiresAt: refreshedExpiry(known, now),
    absoluteEnd: known.absoluteEnd,
    seenAt: now,
    device: known.device,
    version: known.version + 1,
    successor: undefined,
  };
}

/**
 * Fields that stay are sent again if they have no more characters than this, or than the changes, but never more than
 * `mostCharacters`.
 */
const fewCharacters = 2048;
const mostCharacters = 65_536;

const none: Fields = new Map();

/** @returns all fields after the write; undefined if they are not known, or if most of them would be sent again unchanged */
export function fieldsAfter(known: SessionHeader | SessionRecord, change: Change): Fields | undefined {
  const { set, unset, replace } = change;
  const stay = replace ? none : staying(known, change);
  if (stay === undefined) return undefined;
  return stay.size === 0 && unset.length === 0 ? set : merged(stay, change);
}

function staying(known: SessionHeader | SessionRecord, { set, unset }: Change): Fields | undefined {
  if (!('fields' in known)) return undefined;
  let count = 0;
  let characters = 0;
  for (const [name, text] of known.fields) {
    if (set.has(name) || unset.includes(name)) continue;
    count += 1;
    characters += name.length + text.length;
  }
  if (count === 0) return none;
  const areFew = characters <= Math.max(fewCharacters, charactersOf(set));
  return areFew && characters <= mostCharacters ? known.fields : undefined;
}

function charactersOf(fields: Fields): number {
  let characters = 0;
  for (const [name, text] of fields) characters += name.length + text.length;
  return characters;
}

function merged(stay: Fields, { set, unset }: Change): Fields {
  const fields = new Map(stay);
  for (const name of unset) fields.delete(name);
  for (const [name, text] of set) fields.set(name, text);
  return fields;
}
