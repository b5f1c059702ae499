import { createHash } from 'node:crypto';

const bytes = 16;

/** The first half of the SHA-256, 22 characters. */
export function digestOf(value: Uint8Array): string {
  return createHash('sha256').update(value).digest().subarray(0, bytes).toString('base64url');
}
