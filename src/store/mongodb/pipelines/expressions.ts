import type { NewRevocationMark } from '../../backend/revocation-mark.ts';
import { encodedFieldName } from '../../data/field-names.ts';

/** The server's time at the start of the command. */
export const now = '$$NOW';

/** A literal value. Without `$literal`, a text that begins with a dollar sign would be read as the name of a field. */
export function literal(value: unknown): object {
  return { $literal: value };
}

/**
 * Condition of a filter: the session has not expired. An expiry is never after the absolute end, so one comparison checks both.
 */
export const isLive = { $expr: { $lt: [now, '$e'] } };

/** Expression: the server's time is not outside these limits. */
export function isBetween(earliest: number, latest: number): object {
  return { $and: [{ $gte: [now, new Date(earliest)] }, { $lte: [now, new Date(latest)] }] };
}

/** The path of a field in a stored session. */
export function pathOf(name: string): string {
  return `d.${encodedFieldName(name)}`;
}

/** Condition of a filter: the session was not rotated. */
export const isNotRotated = { n: { $exists: false } };

/** Like `refreshedExpiry`: never past the absolute end, and never earlier than before. */
export const refreshedExpiry = { $max: ['$e', { $min: [{ $add: [now, '$i'] }, '$x'] }] };

/** The new revocation mark, whatever the old one was. */
export function setMarkPipeline({ epoch, except, lifeMS }: NewRevocationMark): object[] {
  const mark = {
    g: literal(epoch),
    c: now,
    e: { $add: [now, literal(lifeMS)] },
    ...(except !== undefined && { h: literal(except) }),
  };
  return except === undefined ? [{ $set: mark }, { $unset: 'h' }] : [{ $set: mark }];
}

/** Like `refreshedAt`. */
export const refreshPipeline: object[] = [{ $set: { e: refreshedExpiry, s: now } }];
