import { expect, test } from 'vitest';
import { rules } from '../../../../src/guard/rules/registry.ts';
import { ruleIds } from '../../../../src/guard/rules/engine/rule-id.ts';

test('the ids that the types know are those of the registry', () => {
  expect(ruleIds).toEqual(rules.map(({ meta }) => meta.id));
});
