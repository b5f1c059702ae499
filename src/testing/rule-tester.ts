import { deepStrictEqual, ok } from 'node:assert';
import { invalidArgument } from '../errors/errors.ts';
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
 */
export function testRule(rule: Rule, tests: RuleTests, runner: TestRunner = {}): void {
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
