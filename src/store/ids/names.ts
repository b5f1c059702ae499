import { randomNumber, randomText } from './random.ts';

/** The public name of a session: 16 random bytes. */
export function newHandle(): string {
  return randomText(16);
}

/** A version to begin with: a session with the same id that was made anew is another one. 48 bits. */
export function newVersion(): number {
  return randomNumber(6);
}
