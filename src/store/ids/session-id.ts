import type { SessionKey } from '../backend/session-key.ts';
import { hashId } from './hash-id.ts';
import { randomText } from './random.ts';

const tagLength = 12;
const form = /^[\w-]{12}\.[\w-]{27}$/;
/** Longer ones that a framework hands on are nobody's. */
const longest = 256;

/** An id that is new: its tag, a dot, and 20 random bytes (160 bits) as base64url. */
export function mintId(tag: string): string {
  return `${tag}.${randomText(20)}`;
}

/** The tag of a session that belongs to nobody yet. */
export function randomTag(): string {
  return randomText(9);
}

/** @returns undefined for whatever `mintId` cannot have made: no server has to be asked */
export function keyOfId(id: unknown): SessionKey | undefined {
  if (typeof id !== 'string' || !form.test(id)) return undefined;
  return { tag: id.slice(0, tagLength), hash: hashId(id) };
}

/** Of an id that a framework has made, of whatever form. */
export function keyOfAnyId(id: unknown): SessionKey | undefined {
  const ours = keyOfId(id);
  if (ours !== undefined) return ours;
  if (typeof id !== 'string' || id.length === 0 || id.length > longest) return undefined;
  const hash = hashId(id);
  return { tag: hash.slice(0, tagLength), hash };
}
