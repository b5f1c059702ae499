import { clock } from '../../platform/time/clock.ts';
import { type WarningCode, warningCodes } from '../../errors/codes.ts';
import { docsAddress } from '../../errors/docs-address.ts';
import { noticeListeners } from '../../platform/notices.ts';
import type { Finding } from '../../guard/findings/finding.ts';
import type { RuleId } from '../../guard/rules/engine/rule-id.ts';

/** Warnings of the guard that it does not see everything: then passing tests prove nothing. */
const blind: ReadonlySet<WarningCode> = new Set([
  warningCodes.reducedCoverage,
  warningCodes.observationFailed,
  warningCodes.ruleFailed,
]);

/** Reports such a warning as a finding, so that the test in which it occurs fails. */
export function onBlindness(report: (finding: Finding) => void): void {
  noticeListeners.add((code, message) => {
    if (blind.has(code)) report(asFinding(code, message));
  });
}

function asFinding(code: string, message: string): Finding {
  return {
    // It comes from no rule: its code is used as the rule's id.
    rule: code as RuleId,
    category: 'config',
    severity: 'error',
    messageId: code,
    message,
    fix: 'See the section of this code on that page: until it is mended, a test that passes proves nothing.',
    data: {},
    docs: docsAddress('docs/errors.md'),
    at: clock.wall(),
    count: 1,
  };
}
