import { now, refreshedExpiry } from './expressions.ts';

/** As `refreshedAt`. */
export function refreshPipeline(belowMS: number): object[] {
  return [{ $set: { e: refreshedExpiry(belowMS), s: now } }];
}
