import type { Change } from '../../backend/change.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { encodedFields, headerProjection } from '../documents/session-document.ts';
import { isLive, isNotRotated, literal, now, pathOf, refreshedExpiry } from './expressions.ts';

/** The conditions of `refusalOf`. */
export function writeFilter({ userKey, hash }: SessionKey, { successor, ifVersion }: Change): object {
  return {
    _id: hash,
    t: userKey,
    ...isLive,
    ...(ifVersion !== undefined && { v: ifVersion }),
    ...(successor !== null &&
      (successor
        ? { $or: [isNotRotated, { 'n.t': successor.userKey, 'n.h': successor.hash }] }
        : isNotRotated)),
  };
}

/** Like `changedAt`. */
export function writePipeline(change: Change): object[] {
  const { user, authenticated, successor } = change;
  const header = {
    e: writtenExpiry(change),
    s: now,
    v: { $add: ['$v', 1] },
    ...idleOf(change),
    ...(user !== undefined && { u: literal(user) }),
    ...(authenticated && { a: now }),
    ...(successor && { n: literal({ t: successor.userKey, h: successor.hash }) }),
  };
  const gone = removedPaths(change);
  if (successor === null) gone.push('n');
  const changed = { $set: { ...header, ...fieldsOf(change) } };
  return gone.length === 0 ? [changed] : [changed, { $unset: gone }];
}

/** The paths of the fields that a write removes: not of those that it also sets, and none if it replaces all fields. */
export function removedPaths({ set, unset, replace }: Change): string[] {
  return replace ? [] : unset.filter(name => !set.has(name)).map(pathOf);
}

/**
 * The fields are returned only if the caller does not know them: if the previous version is not the version that it has read.
 */
export function writeProjection({ knownVersion }: Change): object {
  if (knownVersion === undefined) return { ...headerProjection, d: 1 };
  const isKnown = { $eq: ['$v', literal(knownVersion + 1)] };
  return { ...headerProjection, d: { $cond: [isKnown, '$$REMOVE', '$d'] } };
}

/** Like `writtenExpiry`. */
function writtenExpiry({ idleMS, endsInMS }: Change): object | string {
  if (idleMS === undefined && endsInMS === undefined) return refreshedExpiry;
  const usual = idleMS === undefined ? '$e' : { $min: [{ $add: [now, literal(idleMS)] }, '$x'] };
  return endsInMS === undefined ? usual : { $min: [usual, { $add: [now, literal(endsInMS)] }] };
}

function idleOf({ idleMS, endsInMS }: Change): object {
  if (endsInMS !== undefined) return { i: literal(0) };
  return idleMS === undefined ? {} : { i: literal(idleMS) };
}

function fieldsOf({ set, replace }: Change): object {
  if (replace) return { d: literal(encodedFields(set)) };
  return Object.fromEntries([...set].map(([name, text]) => [pathOf(name), literal(text)]));
}
