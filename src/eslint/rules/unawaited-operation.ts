import { unawaitedOperation as twin } from '../../guard/rules/session/unawaited-operation.ts';
import { defineRule, type Fix, labelOf } from '../parts/define-rule.ts';
import { unawaitedOf } from '../parts/unawaited.ts';

/** An operation is begun, and nobody waits for it before its session or its transaction ends. */
export const unawaitedOperation = defineRule(twin.meta, (source, report) => {
  for (const { call, value, moment, isPlain } of unawaitedOf(source)) {
    const data = { operations: labelOf(source, call) };
    const awaitIt = { says: 'Await it.', fix: (fixer: Fixer) => fixer.insertTextBefore(value, 'await ') };
    report({ node: call, messageId: moment, data, suggest: isPlain ? [awaitIt] : [] });
  }
});

type Fixer = Parameters<Fix>[0];
