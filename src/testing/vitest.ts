import * as hooks from 'vitest';
import { expectClean } from './clean/expect-clean.ts';

/** `setupFiles: ['session-guard/testing/vitest']`: every test fails on a finding. See `docs/testing.md`. */
expectClean({ hooks });
