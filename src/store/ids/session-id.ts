import type { SessionKey } from '../backend/session-record.ts';
import { randomText } from './random.ts';
import { createHash, hash } from 'node:crypto';

/** The stored form of an id: someone who can read the store cannot use it. */
export function hashId(id: string): string {
  return hash('sha256', id, 'base64url');
}

/**
 * The hash of a record that belongs to a session but is not a session. It uses another function than the hash of ids, so that
 * no id, whatever its text, leads to it.
 */
export function hashBeside(what: string, hashOfId: string): string {
  return createHash('sha512-256').update(`${what} ${hashOfId}`).digest('base64url');
}

const userKeyLength = 12;
const form = /^[\w-]{12}\.[\w-]{27}$/;
/** Longer ids that a framework passes on never have a session. */
const longest = 256;

/** A new id: its user key, a dot, and 20 random bytes (160 bits) as base64url. */
export function mintId(userKey: string): string {
  return `${userKey}.${randomText(20)}`;
}

/** In place of the user key, for a session that has no user yet. */
export function randomUserKey(): string {
  return randomText(9);
}

/** @returns undefined for a text that `mintId` cannot have made: then no server has to be asked */
export function keyOfId(id: unknown): SessionKey | undefined {
  if (typeof id !== 'string' || !form.test(id)) return undefined;
  return { userKey: id.slice(0, userKeyLength), hash: hashId(id) };
}

/** The key of an id that a framework has made, in any form. */
export function keyOfAnyId(id: unknown): SessionKey | undefined {
  const ours = keyOfId(id);
  if (ours !== undefined) return ours;
  if (typeof id !== 'string' || id.length === 0 || id.length > longest) return undefined;
  const hashed = hashId(id);
  return { userKey: hashed.slice(0, userKeyLength), hash: hashed };
}
