import { unawaitedOperation as twin } from '../../guard/rules/session/unawaited-operation.ts';
import { awaitIt } from '../fixes/await-it.ts';
import { defineRule, labelOf } from '../parts/define-rule.ts';
import { unawaitedOf } from '../parts/unawaited.ts';

/** An operation is begun, and nobody waits for it before its session or its transaction ends. */
export const unawaitedOperation = defineRule(twin.meta, (source, report) => {
  for (const { call, value, moment, until } of unawaitedOf(source)) {
    const data = { operations: labelOf(source, call) };
    report({ node: call, messageId: moment, data, suggest: awaitIt(source, value, until) });
  }
});
