import { expect, test, vi } from 'vitest';
import { warningCodes } from '../../../src/errors/codes.ts';
import { notice } from '../../../src/platform/notices.ts';
import type { Finding } from '../../../src/guard/findings/finding.ts';
import { onBlindness } from '../../../src/testing/clean/blindness.ts';

test('what keeps the guard from seeing is shown as a finding, other notices are not', () => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const heard: Finding[] = [];
  onBlindness(finding => heard.push(finding));
  notice(warningCodes.ruleFailed, 'The rule x has thrown.', new TypeError('secret'));
  notice(warningCodes.secondManager, 'A second manager.');
  expect(heard.map(({ rule, message }) => ({ rule, message }))).toEqual([
    {
      rule: 'SESSION_GUARD_RULE_FAILED',
      message: 'The rule x has thrown. (TypeError; see the cause of this warning)',
    },
  ]);
});
