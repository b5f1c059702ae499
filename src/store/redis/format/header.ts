import type { SessionKey } from '../../backend/session-key.ts';
import type { SessionHeader } from '../../backend/session-record.ts';
import { unreadable } from '../../errors.ts';
import { escape, unescape, unescapeOptional } from './escape.ts';

/*
 * A header is one line of ASCII: the number of the format and the parts below, with `|` between them. The scripts read and
 * write the same line; see scripts/header.ts.
 */

const format = '1';
const partCount = 13;

/** Where a header ends and the fields begin. */
export function endOfHeader(value: string): number {
  const end = value.indexOf('\n');
  if (end < 0 || !value.startsWith(`${format}|`)) throw misshapen();
  return end;
}

/** @param line up to the end of the header, or of it and more */
export function headerFrom(
  { tag, hash }: SessionKey,
  line: string,
  end: number = endOfHeader(line),
): SessionHeader {
  const parts = line.slice(0, end).split('|');
  if (parts.length !== partCount) throw misshapen();
  const [, version, expiresAt, absoluteEnd, idleMS, seenAt, next, user, handle, generation, ...rest] = parts;
  const [createdAt, authenticatedAt = '', device = ''] = rest;
  return {
    tag,
    hash,
    user: unescapeOptional(user ?? ''),
    handle: unescape(handle ?? ''),
    createdAt: numberFrom(createdAt),
    authenticatedAt: authenticatedAt === '' ? undefined : numberFrom(authenticatedAt),
    generation: unescape(generation ?? ''),
    idleMS: numberFrom(idleMS),
    expiresAt: numberFrom(expiresAt),
    absoluteEnd: numberFrom(absoluteEnd),
    seenAt: numberFrom(seenAt),
    device: unescapeOptional(device),
    version: numberFrom(version),
    next: nextFrom(next ?? ''),
  };
}

function numberFrom(text: string | undefined): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw misshapen();
  return number;
}

/** A session that another one has become, as it stands in a header. */
export function nextText({ tag, hash }: SessionKey): string {
  return `${escape(tag)}/${escape(hash)}`;
}

function nextFrom(text: string): SessionKey | undefined {
  if (text === '') return undefined;
  const slash = text.lastIndexOf('/');
  return { tag: unescape(text.slice(0, slash)), hash: unescape(text.slice(slash + 1)) };
}

export function misshapen(): Error {
  return unreadable(
    'A session in Redis is not of the form that this version of session-guard writes: a newer version or another program has written it.',
  );
}
