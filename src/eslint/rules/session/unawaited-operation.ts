import { unawaitedOperation as twin } from '../../../guard/rules/session/unawaited-operation.ts';
import { awaitIt } from '../../fixes/await-it.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { droppedEndsOf } from '../../parts/promises/dropped-ends.ts';
import { unawaitedOf } from '../../parts/promises/unawaited.ts';
import { functionAround, outermost } from '../../syntax/nodes.ts';

/** An operation is begun, and nobody waits for it before its session or its transaction ends. */
export const unawaitedOperation = defineRule(
  {
    ...twin.meta,
    messages: {
      ...twin.meta.messages,
      end: {
        says: 'endSession() aborts the open transaction, and is not awaited: the abort is still in flight when {next} begins.',
        fix: 'Await endSession().',
      },
    },
  },
  (source, report) => {
    for (const { call, value, moment, until } of unawaitedOf(source)) {
      const data = { operations: labelOf(source, call) };
      report({ node: call, messageId: moment, data, suggest: awaitIt(source, value, until) });
    }
    for (const { end, next } of droppedEndsOf(source)) {
      const suggest = awaitIt(source, outermost(end), functionAround(end));
      report({ node: end, messageId: 'end', data: { next: labelOf(source, next) }, suggest });
    }
  },
);
