import { manualEndInHelper as twin } from '../../../guard/rules/session/manual-end-in-helper.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import {
  type Call,
  is,
  isBefore,
  isFunction,
  methodOf,
  type Node,
  parentOf,
  within,
} from '../../syntax/nodes.ts';
import { sessionOperations } from '../../parts/operations.ts';
import { hasAlwaysRun, sharesFunction } from '../../syntax/order.ts';
import { callsOn } from '../../parts/sessions/sessions.ts';
import type { Source } from '../../syntax/source.ts';
import { type Runner, runnersAround, runnersOf } from '../../parts/transactions/transactions.ts';

/** A callback of a transaction runner ends the session or the transaction by hand, and goes on. */
export const manualEndInHelper = defineRule(twin.meta, (source, report) => {
  for (const runner of runnersOf(source)) {
    const { session, isTransaction } = runner;
    if (!isTransaction || session === undefined) continue;
    for (const call of callsOn(source, session, 'endSession', 'commitTransaction', 'abortTransaction')) {
      if (innermost(source, call) !== runner) continue;
      const how = HOW[methodOf(call) ?? ''] ?? '';
      if (methodOf(call) === 'endSession') {
        report({ node: call, messageId: 'end' });
        continue;
      }
      const after = workAfter(source, call, runner);
      if (after !== undefined)
        report({ node: after, messageId: 'work', data: { operation: labelOf(source, after), how } });
      else if (isThrownAfter(call)) report({ node: call, messageId: 'thrown', data: { how } });
    }
  }
});

const HOW: Readonly<Record<string, string>> = {
  commitTransaction: 'commitTransaction',
  abortTransaction: 'abortTransaction',
};

/** The runner whose own callback the call stands in, with no other function between that runs later. */
function innermost(source: Source, call: Call): Runner | undefined {
  const [runner] = runnersAround(source, call);
  if (runner === undefined) return undefined;
  for (let at = parentOf(call); at !== undefined && at !== runner.callback; at = parentOf(at))
    if (isFunction(at)) return undefined;
  return runner;
}

function workAfter(source: Source, end: Call, { session, callback }: Runner): Call | undefined {
  return sessionOperations(source).find(
    operation =>
      operation.session === session &&
      within(operation.call, callback) &&
      sharesFunction(operation.call, end) &&
      hasAlwaysRun(end, operation.call),
  )?.call;
}

/** `await session.abortTransaction(); throw error;`: the statement after the call, in the same block, throws. */
function isThrownAfter(call: Node): boolean {
  for (let at: Node | undefined = call; at !== undefined; at = parentOf(at)) {
    const block = parentOf(at);
    if (!is(block, 'BlockStatement')) continue;
    return block.body.some(one => is(one, 'ThrowStatement') && isBefore(call, one));
  }
  return false;
}
