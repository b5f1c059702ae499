import { expectClean } from './clean/expect-clean.ts';

/** `setupFilesAfterEnv: ['session-guard/testing/jest']`: every test fails on a finding. See `docs/testing.md`. */
expectClean();
