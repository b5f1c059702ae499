import { expect, test } from 'vitest';
import { codes } from '../../../../src/errors/codes.ts';
import {
  configureRules,
  type RuleSettings,
  type RulesOption,
} from '../../../../src/guard/rules/engine/configure.ts';
import { rules } from '../../../../src/guard/rules/registry.ts';
import { defineRule } from '../../../../src/guard/rules/engine/rule.ts';

const one = defineRule({
  meta: {
    id: 'one',
    category: 'correctness',
    docs: 'docs/rules/one.md',
    recommended: 'warn',
    defaults: { warnAfterMS: 5, maxOpen: 3 },
    messages: {},
  },
  create: () => ({}),
});
const two = defineRule({
  ...one,
  meta: { ...one.meta, id: 'two', category: 'suspicious', recommended: 'off' },
});

function configured(option?: RulesOption) {
  return configureRules([one, two], option).map(({ severity, options }) => [severity, options]);
}

/** What a program without types can pass. */
function fails(option: unknown) {
  return expect(() => configureRules([one, two], option as RulesOption));
}

test('The default is the preset `recommended`.', () => {
  expect(configured()).toEqual(configured('recommended'));
  expect(configured()).toEqual([
    ['warn', one.meta.defaults],
    ['off', one.meta.defaults],
  ]);
});

/** Settings for rules that are made up here, and so no part of the types. */
function unknown(settings: object): RuleSettings {
  return settings;
}

test('Settings by rule id stand on top of `recommended`.', () => {
  expect(configured(unknown({ two: 'error' }))).toEqual([
    ['warn', one.meta.defaults],
    ['error', one.meta.defaults],
  ]);
});

test('A pair puts settings on top of its preset.', () => {
  expect(configured(['off', unknown({ one: 'warn' })]).map(([severity]) => severity)).toEqual([
    'warn',
    'off',
  ]);
  expect(configured(['strict', unknown({ one: 'off' })]).map(([severity]) => severity)).toEqual([
    'off',
    'off',
  ]);
});

test('Options of a rule are merged with its defaults.', () => {
  expect(configured(unknown({ one: ['error', { warnAfterMS: 0 }] }))[0]).toEqual([
    'error',
    { warnAfterMS: 0, maxOpen: 3 },
  ]);
});

test('A rule that does not exist is refused, with the names of those that do.', () => {
  fails({ tow: 'off' }).toThrow(expect.objectContaining({ code: codes.unknownRule }));
  fails({ tow: 'off' }).toThrow("There is no rule 'tow'. The rules: one, two.");
});

test.each([
  ['a preset that does not exist', 'recomended', "not 'recomended'"],
  ['a preset in a pair that does not exist', ['all', {}], "not 'all'"],
  ['a severity that does not exist', { one: 'warning' }, "rules['one'] must be 'off', 'warn' or 'error'"],
  [
    'an option that does not exist',
    { one: ['warn', { warnAfter: 1 }] },
    'Its options: warnAfterMS, maxOpen.',
  ],
  [
    'an option that is not a number',
    { one: ['warn', { maxOpen: '3' }] },
    "must be a number of 0 or more, not '3'",
  ],
  ['a negative option', { one: ['warn', { maxOpen: -1 }] }, 'must be a number of 0 or more, not -1'],
  ['an option that is NaN', { one: ['warn', { maxOpen: Number.NaN }] }, 'must be a number of 0 or more'],
  ['settings that are not an object', null, 'rules must be a preset or an object'],
])('Refused is %s.', (_, option, message) => {
  fails(option).toThrow(expect.objectContaining({ code: codes.invalidOption }));
  fails(option).toThrow(message);
});

test('Rule ids, message placeholders and pages of the registry are in order.', () => {
  const ids = rules.map(rule => rule.meta.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { meta } of rules) {
    expect(meta.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(meta.docs).toBe(`docs/rules/${meta.id}.md`);
    for (const message of Object.values(meta.messages)) {
      expect(message.says).toMatch(/\.$/);
      expect(message.fix).toMatch(/\.$/);
    }
  }
});

test('The error of an option names the call that was given it, and keeps its page.', () => {
  const option = { one: ['warn', { warnAfterMS: -1 }] } as unknown as RulesOption;
  expect(() => configureRules([one, two], option, 'new ConnectionManager')).toThrow(
    /^new ConnectionManager: rules\['one'\]\.warnAfterMS must be a number of 0 or more/,
  );
  expect(() => configureRules([one, two], option)).toThrow(/^rules\['one'\]\.warnAfterMS/);
  const misspelt = { one: ['warn', { warnAfter: 1 }] } as unknown as RulesOption;
  expect(() => configureRules([one, two], misspelt)).toThrow("rules['one']");
});

test('An option of a rule that is undefined is its default.', () => {
  const option = { one: ['warn', { warnAfterMS: undefined, maxOpen: 1 }] } as unknown as RulesOption;
  expect(configured(option)[0]).toEqual(['warn', { warnAfterMS: 5, maxOpen: 1 }]);
});
