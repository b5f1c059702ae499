import { deepStrictEqual, ok } from 'node:assert';
import { invalidArgument, invalidOption } from '../errors/errors.ts';
import { knownOptions } from '../errors/known-options.ts';
import { configureRules } from '../policy/configure.ts';
import type { Rule, RuleOptions } from '../rules/rule.ts';
import { parseTrace } from './notation.ts';
import { type TraceFinding, findingsIn } from './trace-findings.ts';

/** A trace on which the rule has to be silent. */
export interface ValidTrace {
  /** The title of the test: a sentence. By default the trace. */
  readonly name?: string | undefined;
  /** See `parseTrace` for the words. */
  readonly trace: string;
  readonly options?: RuleOptions | undefined;
}

/** A trace on which the rule has to fire. */
export interface InvalidTrace extends ValidTrace {
  /** All findings, in their order. What an expectation does not mention is not compared. */
  readonly findings: readonly ExpectedFinding[];
}

export type ExpectedFinding = Pick<TraceFinding, 'messageId'> & Partial<TraceFinding>;

export interface RuleTests {
  readonly valid: readonly (string | ValidTrace)[];
  readonly invalid: readonly InvalidTrace[];
}

type Register = (name: string, fn: () => void) => unknown;

/** What the test runner offers: of vitest, Jest and node:test alike. */
export interface TestRunner {
  /** @default the global `describe` */
  readonly describe?: Register | undefined;
  /** @default the global `it` */
  readonly it?: Register | undefined;
}

/**
 * Tests a rule without a server: one test for each trace, which goes through the real records.
 *
 * ```ts
 * testRule(useAfterEnd, {
 *   valid: ['start run(a) end'],
 *   invalid: [{ trace: 'start end begin(a)', findings: [{ messageId: 'operation', site: 'begin(a)' }] }],
 * }, { describe, it });
 * ```
 * @throws SessionGuardError for what a test has beside what it can have
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

/** A whole module of a test runner has more than these two; what lacks one of them has it misspelt. */
function checkRunner(runner: TestRunner): void {
  const isWhole = typeof runner?.describe === 'function' && typeof runner.it === 'function';
  if (!isWhole) knownOptions(runner, 'The runner of testRule', ['describe', 'it']);
  for (const name of ['describe', 'it'] as const)
    if (runner[name] !== undefined && !isRegister(runner[name]))
      throw invalidOption(`The option '${name}' of the runner of testRule must be a function.`);
}

function checkTests(tests: RuleTests): void {
  knownOptions(tests, 'testRule', ['valid', 'invalid']);
  for (const list of ['valid', 'invalid'] as const)
    if (!Array.isArray(tests[list]))
      throw invalidOption(`The option '${list}' of testRule must be a list of traces.`);
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

/** Of a finding, what the expectation speaks of; all of one that nobody expected. */
function mentioned(finding: TraceFinding, expected: ExpectedFinding | undefined): object {
  if (expected === undefined) return finding;
  return Object.fromEntries(Object.entries(finding).filter(([key]) => key in expected));
}
