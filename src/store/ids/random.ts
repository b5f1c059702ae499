import { randomFillSync } from 'node:crypto';

/** A call of the system's generator costs the same for few bytes as for many, and more than the rest of a new id. */
const pool = Buffer.allocUnsafeSlow(4096);
let given = pool.length;

/** @returns the offset of unused bytes in the pool */
function take(bytes: number): number {
  if (given + bytes > pool.length) {
    randomFillSync(pool);
    given = 0;
  }
  const from = given;
  given += bytes;
  return from;
}

/** Random bytes as base64url. */
export function randomText(bytes: number): string {
  const from = take(bytes);
  return pool.toString('base64url', from, from + bytes);
}

/** A random whole number of at most 6 bytes. */
export function randomNumber(bytes: number): number {
  return pool.readUIntBE(take(bytes), bytes);
}

/** Random bytes. */
export function randomBytes(bytes: number): Uint8Array {
  const from = take(bytes);
  return new Uint8Array(pool.subarray(from, from + bytes));
}

/** The public name of a session: 16 random bytes. */
export function newHandle(): string {
  return randomText(16);
}

/**
 * A random first version, so that a session that was created again under the same id is recognised as another session. 48 bits.
 */
export function newVersion(): number {
  return randomNumber(6);
}
