import type { Call } from '../../backend/backend.ts';
import type { Change } from '../../backend/change.ts';
import { fieldsAfter, headerAfter } from '../../backend/known-write.ts';
import type { SessionHeader, SessionRecord } from '../../backend/session-record.ts';
import { encodedFields } from '../documents/session-document.ts';
import { isBetween, pathOf } from '../pipelines/expressions.ts';
import { removedPaths } from '../pipelines/write.ts';
import type { Commands } from '../server/commands.ts';

/** The server's clock must be known to so many milliseconds. */
const inexactMS = 1000;

/**
 * How much later than it was sent the server may run the command, in milliseconds: on a busy client or server it waits. The new
 * expiry is too early by as much, so this is a small part of the idle time.
 */
function longestWaitOf({ idleMS }: SessionHeader): number {
  return Math.min(10_000, idleMS / 20);
}

/**
 * Writes a session that still has the version that its writer has read. The server computes nothing: such an update takes it two
 * thirds of the time of one that it has to compute, and whose result it must return (and, for the driver's retries, keep).
 * @returns undefined if nothing was written: the session or the server's clock is not as expected
 */
export async function writeKnown(
  commands: Commands,
  known: SessionHeader,
  change: Change,
  call: Call,
): Promise<SessionHeader | undefined> {
  const now = commands.serverTime();
  if (now === undefined || now.latest - now.earliest > inexactMS) return undefined;
  const latest = now.latest + Math.floor(longestWaitOf(known));
  // In doubt whether it has expired, the server computes.
  if (known.expiresAt <= latest) return undefined;
  const after = sessionAfter(known, change, now.earliest);
  const filter = {
    _id: known.hash,
    t: known.userKey,
    v: known.version,
    // It has not expired at the latest time. A refresh may have moved its expiry meanwhile, but not further than this write.
    e: { $gt: new Date(latest), $lte: new Date(after.expiresAt) },
    $expr: isBetween(now.earliest, latest),
  };
  return (await commands.updateOne(filter, updateOf(after, change), call)) ? after : undefined;
}

/** The session as it will be stored, with its fields if they are all sent. */
function sessionAfter(known: SessionHeader, change: Change, now: number): SessionHeader | SessionRecord {
  const header = headerAfter(known, now);
  const stored = { ...header, expiresAt: Math.floor(header.expiresAt) };
  const fields = fieldsAfter(known, change);
  return fields === undefined ? stored : { ...stored, fields };
}

/** All fields as one value are less work for the server than one after the other. */
function updateOf(after: SessionHeader | SessionRecord, change: Change): object {
  const header = { e: new Date(after.expiresAt), s: new Date(after.seenAt), v: after.version };
  if ('fields' in after) return { $set: { ...header, d: encodedFields(after.fields) } };
  const fields = Object.fromEntries([...change.set].map(([name, text]) => [pathOf(name), text]));
  const gone = removedPaths(change).map(path => [path, '']);
  return {
    $set: { ...header, ...fields },
    ...(gone.length > 0 && { $unset: Object.fromEntries(gone) }),
  };
}
