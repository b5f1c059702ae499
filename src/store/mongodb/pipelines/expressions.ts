/** The server's time at the begin of the command. */
export const now = '$$NOW';

/** A value from outside. Without this a text that begins with a dollar sign is read as the name of a field. */
export function literal(value: unknown): object {
  return { $literal: value };
}

/** Conditions of a filter: the session is not over. An expiry is never after the absolute end, so one comparison tells both. */
export const isLive = { $expr: { $lt: [now, '$e'] } };

/** Conditions of a filter: it has become no other one. */
export const hasNoNext = { n: { $exists: false } };

/** As `refreshedExpiry`: never past the absolute end, and never earlier than before. */
export const refreshedExpiry = { $max: ['$e', { $min: [{ $add: [now, '$i'] }, '$x'] }] };
