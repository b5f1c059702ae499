import { AsyncLocalStorage } from 'node:async_hooks';
import { processWide } from '../../guard/process-wide.ts';
import type { Finding } from '../../report/finding.ts';

/** One run of one test. */
export interface RunningTest {
  readonly name: string;
  /** What was found while it ran, each place once. */
  readonly findings: Map<Finding, readonly string[]>;
  over: boolean;
}

/** The test that the current code was begun by, where the runner's hooks let us know: several tests can run at once. */
export const testOfCode = processWide('test', () => new AsyncLocalStorage<RunningTest>());
