import { expect, it } from 'vitest';
import { checkExpectCleanOptions, type ExpectCleanOptions } from '../../../src/testing/clean/options.ts';

it.each<[string, object, RegExp]>([
  ['an option that does not exist', { rule: 'off' }, /no option 'rule'\. Its options: rules, allow, hooks\./],
  ['`allow` that is not an array', { allow: 'session-leak' }, /'allow' of expectClean must be an array/],
  ['a rule that does not exist', { allow: ['session-leek'] }, /there is no rule 'session-leek'/],
  ['`hooks` that lack one', { hooks: { afterEach: () => {} } }, /needs beforeEach and afterEach/],
])('refuses %s', (_, options, message) => {
  expect(() => checkExpectCleanOptions(options as ExpectCleanOptions)).toThrow(message);
});

it('takes the module of a test runner for `hooks`', async () => {
  checkExpectCleanOptions({ hooks: await import('vitest'), allow: ['session-leak'], rules: 'strict' });
});
