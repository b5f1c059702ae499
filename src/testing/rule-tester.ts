import { deepStrictEqual, ok } from 'node:assert';
import { invalidArgument, invalidOption } from '../errors/errors.ts';
import { checkOption, knownOptions } from '../platform/options/check-options.ts';
import { aFunction, checkFor } from '../platform/options/checks.ts';
import { configureRules } from '../guard/rules/engine/configure.ts';
import type { Rule, RuleOptions } from '../guard/rules/engine/rule.ts';
import { parseTrace } from './trace/notation.ts';
import { type TraceFinding, findingsIn } from './trace/trace-findings.ts';

/** A trace for which the rule must be silent. */
export interface ValidTrace {
  /** The title of the test: a sentence. By default the trace. */
  readonly name?: string | undefined;
  /** See `parseTrace` for the words. */
  readonly trace: string;
  readonly options?: RuleOptions | undefined;
}

/** A trace for which the rule must report findings. */
export interface InvalidTrace extends ValidTrace {
  /** All findings, in their order. Fields that an expectation does not have are not compared. */
  readonly findings: readonly ExpectedFinding[];
}

export type ExpectedFinding = Pick<TraceFinding, 'messageId'> & Partial<TraceFinding>;

export interface RuleTests {
  readonly valid: readonly (string | ValidTrace)[];
  readonly invalid: readonly InvalidTrace[];
}

type Register = (name: string, fn: () => void) => unknown;

/** The functions of the test runner: vitest, Jest or node:test. */
export interface TestRunner {
  /** @default the global `describe` */
  readonly describe?: Register | undefined;
  /** @default the global `it` */
  readonly it?: Register | undefined;
}

/**
 * Tests a rule without a server: one test for each trace, which goes through the real records.
 * @throws SessionGuardError for an unknown field of a test
 * @example
 * ```ts no-run
 * import { type RuleTests, testRule } from 'session-guard/testing';
 * import { describe, it } from 'vitest';
 *
 * const tests: RuleTests = {
 *   valid: ['start run(a) end'],
 *   invalid: [{ trace: 'start end begin(a)', findings: [{ messageId: 'operation', site: 'begin(a)' }] }],
 * };
 * export const testMyRule = (rule: Parameters<typeof testRule>[0]) => testRule(rule, tests, { describe, it });
 * ```
 */
export function testRule(rule: Rule, tests: RuleTests, runner: TestRunner = {}): void {
  checkRunner(runner);
  checkTests(tests);
  const describe = runner.describe ?? globalNamed('describe');
  const it = runner.it ?? globalNamed('it');
  describe(rule.meta.id, () => {
    for (const one of tests.valid) {
      const valid = typeof one === 'string' ? { trace: one } : one;
      it(valid.name ?? `is silent on: ${valid.trace}`, () => check(rule, valid, []));
    }
    for (const invalid of tests.invalid) {
      it(invalid.name ?? `fires on: ${invalid.trace}`, () => check(rule, invalid, invalid.findings));
    }
  });
}

/** A whole module of a test runner has more than these two functions; an object without one of them has a misspelt name. */
function checkRunner(runner: TestRunner): void {
  const isWhole = typeof runner?.describe === 'function' && typeof runner.it === 'function';
  if (!isWhole) knownOptions(runner, 'The runner of testRule', ['describe', 'it']);
  for (const name of ['describe', 'it'] as const)
    if (runner[name] !== undefined) checkOption(name, runner[name], 'the runner of testRule', aFunction);
}

const aListOfTraces = checkFor('a list of traces', value => Array.isArray(value));

function checkTests(tests: RuleTests): void {
  knownOptions(tests, 'testRule', ['valid', 'invalid']);
  for (const list of ['valid', 'invalid'] as const) checkOption(list, tests[list], 'testRule', aListOfTraces);
  for (const valid of tests.valid) if (typeof valid !== 'string') checkTrace(valid, 'A valid trace', []);
  for (const invalid of tests.invalid) checkTrace(invalid, 'An invalid trace', ['findings']);
}

function checkTrace(trace: ValidTrace, what: string, more: readonly string[]): void {
  knownOptions(trace, `${what} of testRule`, ['name', 'trace', 'options', ...more]);
  if (typeof trace.trace !== 'string')
    throw invalidOption(`${what} of testRule needs 'trace': the words of parseTrace.`);
}

function globalNamed(name: 'describe' | 'it'): Register {
  const found: unknown = Reflect.get(globalThis, name);
  if (isRegister(found)) return found;
  throw invalidArgument(`testRule: there is no global '${name}'; pass { describe, it } of your test runner.`);
}

function isRegister(value: unknown): value is Register {
  return typeof value === 'function';
}

function check(rule: Rule, { trace, options = {} }: ValidTrace, expected: readonly ExpectedFinding[]): void {
  for (const { messageId } of expected)
    ok(messageId in rule.meta.messages, `There is no message '${messageId}'.`);
  const configured = configureRules([rule], { [rule.meta.id]: ['warn', options] });
  const found = findingsIn(trace, parseTrace(trace), configured);
  deepStrictEqual(
    found.map((finding, index) => mentioned(finding, expected[index])),
    expected,
    `${rule.meta.id} on '${trace}' gave ${JSON.stringify(found)}`,
  );
}

/** The fields of a finding that the expectation has; all fields of an unexpected finding. */
function mentioned(finding: TraceFinding, expected: ExpectedFinding | undefined): object {
  if (expected === undefined) return finding;
  return Object.fromEntries(Object.entries(finding).filter(([key]) => key in expected));
}
