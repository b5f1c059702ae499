export { expectClean } from './clean/expect-clean.ts';
export type { RegisterHook, TestHooks } from './clean/hooks/hooks.ts';
export { NotCleanError } from './clean/not-clean-error.ts';
export type { ExpectCleanOptions } from './clean/options.ts';
export { parseTrace } from './trace/notation.ts';
export { readTrace } from '../guard/trace/read-lines.ts';
export { recordTrace } from './trace/record.ts';
export { type ReplayOptions, replayTrace } from './trace/replay.ts';
export {
  type ExpectedFinding,
  type InvalidTrace,
  type RuleTests,
  type TestRunner,
  testRule,
  type ValidTrace,
} from './rule-tester.ts';
export type { TraceFinding } from './trace/trace-findings.ts';
export {
  type MemoryReplicaSet,
  type MemoryReplicaSetOptions,
  memoryReplicaSet,
} from './servers/memory-replica-set.ts';
