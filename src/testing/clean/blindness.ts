import { type WarningCode, warningCodes } from '../../errors/codes.ts';
import { docsAddress } from '../../errors/docs-address.ts';
import { noticeListeners } from '../../guard/notices.ts';
import type { Finding } from '../../report/finding.ts';
import type { RuleId } from '../../rules/rule-id.ts';

/** What the guard says of itself when it does not see everything: tests that pass then prove nothing. */
const blind: ReadonlySet<WarningCode> = new Set([
  warningCodes.reducedCoverage,
  warningCodes.observationFailed,
  warningCodes.ruleFailed,
]);

/** Tells of it in the form of a finding, so that it fails the test in which it happens. */
export function onBlindness(tell: (finding: Finding) => void): void {
  noticeListeners.add((code, message) => {
    if (blind.has(code)) tell(asFinding(code, message));
  });
}

function asFinding(code: string, message: string): Finding {
  return {
    // No rule has found it; it is told by its code.
    rule: code as RuleId,
    category: 'config',
    severity: 'error',
    messageId: code,
    message,
    fix: 'See the section of this code on that page: until it is mended, a test that passes proves nothing.',
    data: {},
    docs: docsAddress('docs/errors.md'),
    count: 1,
  };
}
