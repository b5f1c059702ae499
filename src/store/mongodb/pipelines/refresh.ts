import { now, refreshedExpiry } from './expressions.ts';

/** As `refreshedAt`. */
export const refreshPipeline: object[] = [{ $set: { e: refreshedExpiry, s: now } }];
