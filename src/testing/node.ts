import { expectClean } from './clean/expect-clean.ts';
import { isRunnerOfFiles } from './clean/hooks/hooks.ts';

/** `node --import session-guard/testing/node --test`: every test fails on a finding. See `docs/testing.md`. */
if (!isRunnerOfFiles()) expectClean();
