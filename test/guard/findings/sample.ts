import type { Finding } from '../../../src/guard/findings/finding.ts';
import type { RuleId } from '../../../src/guard/rules/engine/rule-id.ts';
import { defineRule } from '../../../src/guard/rules/engine/rule.ts';

/** What the tests of reporting report. */
export const { meta } = defineRule({
  meta: {
    id: 'sample-rule',
    category: 'correctness',
    docs: 'docs/rules/sample-rule.md',
    recommended: 'warn',
    defaults: {},
    messages: {
      late: { says: '{operation} came {seconds} s late.', fix: 'Be in time.' },
      early: { says: '{operation} came early.', fix: 'Wait.' },
    },
  },
  create: () => ({}),
});

export const finding: Finding = {
  // No rule of the package.
  rule: meta.id as RuleId,
  category: 'correctness',
  severity: 'warn',
  messageId: 'late',
  message: 'insert on shop.orders came 3 s late.',
  fix: 'Be in time.',
  data: { operation: 'insert on shop.orders', seconds: 3 },
  docs: 'docs/rules/sample-rule.md',
  at: 0,
  count: 1,
};

export function siteAt(place: string) {
  return { stack: `Error\n    at place (${place})` };
}
