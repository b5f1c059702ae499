import type { Fields } from '../backend/session-record.ts';
import { tooLarge } from '../errors.ts';

/** The most bytes in UTF-8 for one unit of a string. */
const mostBytesOfUnit = 3;

/**
 * Checks the size of the written fields together with the fields that stay.
 * @param before the fields that stay, as far as the caller knows; a write that makes a session smaller is always allowed
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_TOO_LARGE; nothing was sent
 */
export function refuseTooLarge(maxBytes: number, set: Fields, before?: Fields): void {
  // This check is nearly always enough, and does not read the texts.
  if ((unitsOf(set) + unitsOf(before)) * mostBytesOfUnit <= maxBytes) return;
  const bytes = bytesOf(before === undefined ? set : new Map([...before, ...set]));
  if (bytes <= maxBytes || (before !== undefined && bytes <= bytesOf(before))) return;
  throw tooLarge(
    `The data of this session would have ${bytes} bytes, and the store's maxBytes is ${maxBytes}, so nothing was written. Keep large values in another place, and their keys in the session; or set maxBytes of sessionStore.`,
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
