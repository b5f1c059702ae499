import type { Change } from '../../backend/change.ts';
import { refreshedExpiry } from '../../backend/life.ts';
import type { Fields, SessionHeader, SessionKey, SessionRecord } from '../../backend/session-record.ts';
import { packed } from '../format/fields.ts';
import { endOfLine } from '../format/header.ts';

/** The session after a write, if it is as the caller knows it. */
export interface Expected {
  /** For `changeArguments`. */
  readonly args: readonly string[];
  /** For each field of the new value `1` if it is a change, `0` if it stays; empty if all are changes. */
  readonly chosen: string;
  /** @param now when it was written */
  readonly after: (now: number) => SessionRecord;
}

/** Fields that stay are sent again if they have no more characters than this, or than the changes. */
const fewCharacters = 2048;

/**
 * A script that only compares the version, and stores a text that is known before, is faster than one that merges fields.
 * @returns undefined if the new value is not known before, or if most of it would stay as it is
 */
export function expectedAfter(known: SessionKey | SessionHeader, change: Change): Expected | undefined {
  if (!isSimple(known, change)) return undefined;
  const { set, unset, replace } = change;
  const stay = replace ? none : staying(known, set);
  if (stay === undefined) return undefined;
  const fields = stay.size === 0 && unset.length === 0 ? set : merged(stay, change);
  const { version, expiresAt, idleMS, absoluteEnd } = known;
  return {
    args: [
      `1|${version}|${expiresAt}|`,
      String(expiresAt),
      String(idleMS),
      String(absoluteEnd),
      `1|${version + 1}|`,
      `|${endOfLine(known)}\n${packed(fields)}`,
    ],
    chosen: fields.size === set.size ? '' : chosenOf(fields, set),
    after: now => afterwards(known, fields, now),
  };
}

const none: Fields = new Map();

/** Nothing changes but fields, and what each use changes. */
function isSimple(known: SessionKey | SessionHeader, change: Change): known is SessionHeader {
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
  const isOfKnown = ifVersion === known.version && knownVersion === known.version;
  const isUse = idleMS === undefined && endsInMS === undefined;
  return isOfKnown && isUse && user === undefined && !authenticated && successor === undefined;
}

/** @returns undefined if they are not known, or too many to be sent again */
function staying(known: SessionHeader | SessionRecord, set: Fields): Fields | undefined {
  if (!('fields' in known)) return undefined;
  let count = 0;
  let characters = 0;
  for (const [name, text] of known.fields) {
    if (set.has(name)) continue;
    count += 1;
    characters += text.length;
  }
  if (count === 0) return none;
  return characters <= fewCharacters || characters <= charactersOf(set) ? known.fields : undefined;
}

function charactersOf(fields: Fields): number {
  let characters = 0;
  for (const text of fields.values()) characters += text.length;
  return characters;
}

function merged(stay: Fields, { set, unset }: Change): Fields {
  const fields = new Map(stay);
  for (const name of unset) fields.delete(name);
  for (const [name, text] of set) fields.set(name, text);
  return fields;
}

function chosenOf(fields: Fields, set: Fields): string {
  let chosen = '';
  for (const name of fields.keys()) chosen += set.has(name) ? '1' : '0';
  return chosen;
}

function afterwards(known: SessionHeader, fields: Fields, now: number): SessionRecord {
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
    fields,
  };
}
