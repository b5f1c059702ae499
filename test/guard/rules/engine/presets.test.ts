import { expect, test } from 'vitest';
import { configureRules, presets } from '../../../../src/guard/rules/engine/configure.ts';
import { rules } from '../../../../src/guard/rules/registry.ts';

test('`recommended` reports with the severity that each rule recommends, and refuses no call.', () => {
  for (const { rule, severity } of configureRules(rules, 'recommended')) {
    expect(severity).toBe(rule.meta.recommended);
    expect(severity).not.toBe('error');
  }
});

test('`strict` rejects the call for `correctness` rules, and for no others.', () => {
  for (const { rule, severity } of configureRules(rules, 'strict')) {
    expect(severity === 'error').toBe(rule.meta.category === 'correctness');
  }
});

test('`off` is silent.', () => {
  for (const { meta } of rules) expect(presets.off(meta)).toBe('off');
});
