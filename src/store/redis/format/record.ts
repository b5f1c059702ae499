import type { SessionKey, SessionRecord } from '../../backend/session-record.ts';
import { unreadable } from '../../errors.ts';
import { unescape, unescapeOptional } from './escape.ts';
import { fieldsFrom } from './fields.ts';
import { endOfHeader, headerFrom, misshapen } from './header.ts';
import type { RevocationMark } from '../../backend/revocation-mark.ts';

/** A stored session: a string; or the names and texts of a hash in turn, of which the header's name is `|`. */
export type Stored = string | readonly string[];

export const headerName = '|';

/**
 * Converts an answer of the server. A client may return a hash as an object or a map.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE for a value that is not an answer of Redis: it must not look
 * like "no session"
 */
export function storedFrom(reply: unknown): Stored | undefined {
  if (typeof reply === 'string') return reply;
  if (reply === null) return undefined;
  if (typeof reply !== 'object') throw alteredReply();
  const parts = reply instanceof Map ? [...reply].flat() : Array.isArray(reply) ? reply : flat(reply);
  return parts.length === 0 ? undefined : parts.map(String);
}

function flat(reply: object): readonly unknown[] {
  return Object.entries(reply).flat();
}

export function alteredReply(): Error {
  return unreadable(
    'The Redis client has not answered as Redis does, so it is not known what is stored. Take away what alters its replies, such as a reply transformer of ioredis.',
  );
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE */
export function recordFrom(key: SessionKey, stored: Stored): SessionRecord {
  if (typeof stored !== 'string') return recordFromHash(key, stored);
  const end = endOfHeader(stored);
  // Every read runs this code: an assignment costs less than a copy of the header.
  return Object.assign(headerFrom(key, stored, end), { fields: fieldsFrom(stored, end + 1) });
}

function recordFromHash(key: SessionKey, stored: readonly string[]): SessionRecord {
  const fields = new Map<string, string>();
  let header: string | undefined;
  for (let at = 0; at + 1 < stored.length; at += 2) {
    const [name = '', text = ''] = stored.slice(at, at + 2);
    if (name === headerName) header = text;
    else fields.set(unescape(name), text);
  }
  if (header === undefined) throw misshapen();
  return Object.assign(headerFrom(key, header), { fields });
}

/** A revocation mark is `epoch|at|except`; the script that sets it writes it. */
export function markFrom(text: string): RevocationMark | undefined {
  if (text === '') return undefined;
  const [epoch, at, except] = text.split('|');
  if (epoch === undefined || except === undefined || !Number.isFinite(Number(at))) throw misshapen();
  return { epoch: unescape(epoch), at: Number(at), except: unescapeOptional(except) };
}
