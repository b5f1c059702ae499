import { randomFillSync } from 'node:crypto';

/** Asking the system's generator costs the same for few bytes as for many, and more than all else of a new id. */
const pool = Buffer.allocUnsafeSlow(4096);
let given = pool.length;

/** @returns where in the pool bytes begin that nobody has been given */
function take(bytes: number): number {
  if (given + bytes > pool.length) {
    randomFillSync(pool);
    given = 0;
  }
  const from = given;
  given += bytes;
  return from;
}

/** So many random bytes as base64url. */
export function randomText(bytes: number): string {
  const from = take(bytes);
  return pool.toString('base64url', from, from + bytes);
}

/** A random whole number of so many bytes, at most 6. */
export function randomNumber(bytes: number): number {
  return pool.readUIntBE(take(bytes), bytes);
}

/** So many random bytes. */
export function randomBytes(bytes: number): Uint8Array {
  const from = take(bytes);
  return new Uint8Array(pool.subarray(from, from + bytes));
}
