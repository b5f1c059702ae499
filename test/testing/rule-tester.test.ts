import { expect, test, vi } from 'vitest';
import { codes } from '../../src/errors/codes.ts';
import { defineRule, type Report } from '../../src/guard/rules/engine/rule.ts';
import { useAfterEnd } from '../../src/guard/rules/session/use-after-end.ts';
import { type RuleTests, testRule } from '../../src/testing/index.ts';

/** Runs the tests that `testRule` registers, and returns each title with the error it failed with. */
function run(tests: RuleTests, rule: Parameters<typeof testRule>[0] = useAfterEnd) {
  const suites: string[] = [];
  const results: [string, unknown][] = [];
  testRule(rule, tests, {
    describe(name, fn) {
      suites.push(name);
      fn();
    },
    it(name, fn) {
      try {
        fn();
        results.push([name, undefined]);
      } catch (error) {
        results.push([name, error]);
      }
    },
  });
  return { suites, results, errors: results.map(([, error]) => error) };
}

const late = 'start end begin(a find shop.users)';

function broken(report: Report) {
  return defineRule({
    ...useAfterEnd,
    create: context => ({ 'session.ended': () => context.report(report as never) }),
  });
}

test('Each trace is one test, titled by its name or by itself.', () => {
  const { suites, results } = run({
    valid: ['start end', { name: 'Silence is golden.', trace: 'start end' }],
    invalid: [{ trace: late, findings: [{ messageId: 'operation' }] }],
  });
  expect(suites).toEqual(['use-after-end']);
  expect(results).toEqual([
    ['is silent on: start end', undefined],
    ['Silence is golden.', undefined],
    [`fires on: ${late}`, undefined],
  ]);
});

test('A finding on a valid trace fails the test, and is shown.', () => {
  const { errors } = run({ valid: [late], invalid: [] });
  expect(errors).toEqual([expect.objectContaining({ name: 'AssertionError' })]);
  expect(String(errors[0])).toContain('begin(a find shop.users)');
});

test('No finding, too few or too many on an invalid trace fail the test.', () => {
  const operation = { messageId: 'operation' };
  const { errors } = run({
    valid: [],
    invalid: [
      { trace: 'start end', findings: [operation] },
      { trace: late, findings: [operation, operation] },
      { trace: `${late} begin(b)`, findings: [operation] },
    ],
  });
  expect(errors.map(error => (error as Error | undefined)?.name)).toEqual(Array(3).fill('AssertionError'));
});

test.each([
  ['messageId', { messageId: 'attempt' }],
  ['data', { messageId: 'operation', data: { operation: 'insert on shop.orders' } }],
  ['site', { messageId: 'operation', site: 'end' }],
  ['startedAt', { messageId: 'operation', startedAt: 'end' }],
  ['endedAt', { messageId: 'operation', endedAt: undefined }],
])('A wrong %s fails the test.', (_, finding) => {
  const { errors } = run({ valid: [], invalid: [{ trace: late, findings: [finding] }] });
  expect(errors[0]).toMatchObject({ name: 'AssertionError' });
});

test('A message that does not exist fails the test, also where the rule is silent.', () => {
  const { errors } = run({
    valid: [],
    invalid: [{ trace: 'start end', findings: [{ messageId: 'opration' }] }],
  });
  expect(String(errors[0])).toContain("There is no message 'opration'.");
});

test('A rule that reports a message it does not have, or without its data, fails the test.', () => {
  const tests = { valid: ['start end'], invalid: [] };
  expect(String(run(tests, broken({ messageId: 'nothing' })).errors[0])).toContain("reported 'nothing'");
  expect(String(run(tests, broken({ messageId: 'operation' })).errors[0])).toContain(
    "'operation' lacks something",
  );
});

test('A rule that throws fails the test with its own error.', () => {
  const bug = new Error('bug');
  const rule = defineRule({
    ...useAfterEnd,
    create: () => ({
      'session.ended'() {
        throw bug;
      },
    }),
  });
  expect(run({ valid: ['start end'], invalid: [] }, rule).errors).toEqual([bug]);
});

test('An option that the rule does not have fails the test.', () => {
  const { errors } = run({ valid: [{ trace: 'start', options: { warnAfter: 1 } }], invalid: [] });
  expect(errors[0]).toMatchObject({ code: codes.invalidOption });
});

test('Without a test runner it says what is missing.', () => {
  expect(() => testRule(useAfterEnd, { valid: [], invalid: [] })).toThrow(
    "testRule: there is no global 'describe'; pass { describe, it } of your test runner.",
  );
});

test('The global functions of a test runner are used where none are passed.', () => {
  const titles: string[] = [];
  vi.stubGlobal('describe', (name: string, fn: () => void) => {
    titles.push(name);
    fn();
  });
  vi.stubGlobal('it', (name: string) => titles.push(name));
  try {
    testRule(useAfterEnd, { valid: ['start end'], invalid: [] });
  } finally {
    vi.unstubAllGlobals();
  }
  expect(titles).toEqual(['use-after-end', 'is silent on: start end']);
});
