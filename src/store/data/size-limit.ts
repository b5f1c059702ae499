import type { Fields } from '../backend/session-record.ts';
import { tooLarge } from '../errors.ts';

/** UTF-8 has no more bytes than this for a unit of a string. */
const mostBytesOfUnit = 3;

/**
 * Fields that are written, on top of those that stay.
 * @param before as far as the caller knows; a write that makes a session smaller is done in any case
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_TOO_LARGE; nothing was sent
 */
export function refuseTooLarge(maxBytes: number, set: Fields, before?: Fields): void {
  // As good as always this is enough, and costs no look at the texts.
  if ((unitsOf(set) + unitsOf(before)) * mostBytesOfUnit <= maxBytes) return;
  const bytes = bytesOf(before === undefined ? set : new Map([...before, ...set]));
  if (bytes <= maxBytes || (before !== undefined && bytes <= bytesOf(before))) return;
  throw tooLarge(
    `The data of this session would have ${bytes} bytes, and the store's maxBytes is ${maxBytes}, so nothing was written. Keep what is large somewhere else, and its key in the session; or set maxBytes of sessionStore.`,
  );
}

function unitsOf(fields: Fields | undefined): number {
  let units = 0;
  for (const [name, text] of fields ?? []) units += name.length + text.length;
  return units;
}

function bytesOf(fields: Fields): number {
  let bytes = 0;
  for (const [name, text] of fields) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}
