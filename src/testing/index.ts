export { parseTrace } from './notation.ts';
export { readTrace } from './read-trace.ts';
export { recordTrace } from './record.ts';
export { type ReplayOptions, replayTrace } from './replay.ts';
export {
  type ExpectedFinding,
  type InvalidTrace,
  type RuleTests,
  type TestRunner,
  testRule,
  type ValidTrace,
} from './rule-tester.ts';
export type { TraceFinding } from './trace-findings.ts';
