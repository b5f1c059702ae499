import type { SessionHeader, SessionKey } from '../../backend/session-record.ts';
import { unreadable } from '../../errors.ts';
import { escape, escapeOptional, unescape, unescapeOptional } from './escape.ts';

/*
 * A header is one line of ASCII: the number of the format and the parts below, with `|` between them. The scripts read and
 * write the same line; see scripts/header.ts.
 */

const format = '1';
/** A session that never got a new id has no last part. */
const partCounts: ReadonlySet<number> = new Set([13, 14]);

/** The position where the header ends and the fields begin. */
export function endOfHeader(value: string): number {
  const end = value.indexOf('\n');
  if (end < 0 || !value.startsWith(`${format}|`)) throw misshapen();
  return end;
}

/** @param line the header, perhaps with more text after it */
export function headerFrom(
  { userKey, hash }: SessionKey,
  line: string,
  end: number = endOfHeader(line),
): SessionHeader {
  const parts = line.slice(0, end).split('|');
  if (!partCounts.has(parts.length)) throw misshapen();
  const [, version, expiresAt, absoluteEnd, idleMS, seenAt, successor, user, handle, epoch, ...rest] = parts;
  const [createdAt, authenticatedAt = '', device = '', renewedAt = ''] = rest;
  return {
    userKey,
    hash,
    user: unescapeOptional(user ?? ''),
    handle: unescape(handle ?? ''),
    createdAt: numberFrom(createdAt),
    renewedAt: optionalFrom(renewedAt),
    authenticatedAt: optionalFrom(authenticatedAt),
    epoch: unescape(epoch ?? ''),
    idleMS: numberFrom(idleMS),
    expiresAt: numberFrom(expiresAt),
    absoluteEnd: numberFrom(absoluteEnd),
    seenAt: numberFrom(seenAt),
    device: unescapeOptional(device),
    version: numberFrom(version),
    successor: successorFrom(successor ?? ''),
  };
}

/** The parts of a header that a use does not change, as `headerFrom` reads them, from the successor on. */
export function endOfLine(header: SessionHeader): string {
  const { successor, user, handle, epoch, createdAt, authenticatedAt = '', device, renewedAt } = header;
  const who = `${successor === undefined ? '' : successorText(successor)}|${escapeOptional(user)}|${escape(handle)}|${escape(epoch)}`;
  const renewed = renewedAt === undefined ? '' : `|${renewedAt}`;
  return `${who}|${createdAt}|${authenticatedAt}|${escapeOptional(device)}${renewed}`;
}

function numberFrom(text: string | undefined): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw misshapen();
  return number;
}

function optionalFrom(text: string): number | undefined {
  return text === '' ? undefined : numberFrom(text);
}

/** The successor of a session, encoded for a header. */
export function successorText({ userKey, hash }: SessionKey): string {
  return `${escape(userKey)}/${escape(hash)}`;
}

function successorFrom(text: string): SessionKey | undefined {
  if (text === '') return undefined;
  const slash = text.lastIndexOf('/');
  return { userKey: unescape(text.slice(0, slash)), hash: unescape(text.slice(slash + 1)) };
}

export function misshapen(): Error {
  return unreadable(
    'A session in Redis is not of the form that this version of session-guard writes: a newer version or another program has written it.',
  );
}
