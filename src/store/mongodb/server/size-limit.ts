import type { Fields } from '../../backend/session-record.ts';
import { tooLarge } from '../../errors.ts';
import { codeOf } from './refusal.ts';

/** The server's limit of a document is 16 MiB; a part is reserved for everything except the fields. */
const mostBytes = 16 * 1024 * 1024 - 16 * 1024;

/** Additional bytes for a field: its type, its length, and the ends of its name and text. */
const bytesBeside = 7;

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_TOO_LARGE before anything is sent */
export function checkSize(fields: Fields): void {
  let bytes = 0;
  // A character has at most three bytes: with this estimate most sessions do not have to be counted.
  for (const [name, text] of fields) bytes += 9 * name.length + 3 * text.length + bytesBeside;
  if (bytes <= mostBytes) return;
  bytes = 0;
  for (const [name, text] of fields) bytes += Buffer.byteLength(name) + Buffer.byteLength(text) + bytesBeside;
  if (bytes > mostBytes)
    throw tooLarge(
      `The session's fields have ${bytes} bytes, and a document of MongoDB has at most 16 MiB. Nothing was written. Keep large values elsewhere, and their keys in the session.`,
    );
}

/** BSONObjectTooLarge, and the codes of an update that would make the document too large. */
const tooLargeCodes = new Set<unknown>([10_334, 17_419, 17_420]);

/** The error if only the server knows that the document would be too large, after the fields are merged. */
export function sizeErrorOf(error: unknown): Error | undefined {
  if (!tooLargeCodes.has(codeOf(error))) return undefined;
  return tooLarge(
    'With what is written the session would have more than 16 MiB, the most that a document of MongoDB has. Nothing was written. Keep large values elsewhere, and their keys in the session.',
  );
}
