import { randomText } from '../../ids/random.ts';

/** The name of a write: 9 random bytes. */
export function newWrite(): string {
  return randomText(9);
}
