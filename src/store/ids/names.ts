import { randomBytes } from 'node:crypto';

/** The public name of a session: 16 random bytes. */
export function newHandle(): string {
  return randomBytes(16).toString('base64url');
}

/** A version to begin with: a session with the same id that was made anew is another one. 48 bits. */
export function newVersion(): number {
  return randomBytes(6).readUIntBE(0, 6);
}
