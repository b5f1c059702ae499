import { AsyncLocalStorage } from 'node:async_hooks';
import { processWide } from '../../platform/process-wide.ts';
import type { Finding } from '../../guard/findings/finding.ts';

/** One run of one test. */
export interface RunningTest {
  readonly name: string;
  /** The findings while it ran, each place once. */
  readonly findings: Map<Finding, readonly string[]>;
  over: boolean;
}

/** The test that has started the current code, if the runner's hooks show it: several tests can run at once. */
export const testOfCode = processWide('test', () => new AsyncLocalStorage<RunningTest>());
