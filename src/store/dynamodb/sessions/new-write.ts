import { randomBytes } from 'node:crypto';

/** The name of a write: 9 random bytes. */
export function newWrite(): string {
  return randomBytes(9).toString('base64url');
}
