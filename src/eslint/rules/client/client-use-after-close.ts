import { clientUseAfterClose as twin } from '../../../guard/rules/client/client-use-after-close.ts';
import { closesOf, isSameClient, makesClient, rootOf } from '../../parts/clients/clients.ts';
import { kindOf } from '../../parts/clients/collection-or-model.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { type Call, isBefore, methodOf, type Node, within } from '../../syntax/nodes.ts';
import { operationsOf } from '../../parts/operations.ts';
import { hasAlwaysRun, sharesFunction } from '../../syntax/order.ts';
import type { Source } from '../../syntax/source.ts';

/** An operation follows the end of its client on every way, and nothing connects it again. */
export const clientUseAfterClose = defineRule(twin.meta, (source, report) => {
  for (const { call, receiver, kind } of operationsOf(source)) {
    const root = rootOf(source, receiver);
    const isKnown = kindOf(source, receiver) !== 'unknown' || kind === 'write';
    const close = closesOf(source).find(
      one =>
        isSameClient(one.root, root) === true &&
        sharesFunction(one.call, call) &&
        hasAlwaysRun(one.call, call) &&
        !within(call, one.call),
    );
    if (close === undefined || !isKnown || isOpenedBetween(source, close.call, call)) continue;
    report({ node: call, messageId: 'used', data: { operation: labelOf(source, call) } });
  }
});

function opens(node: Node): boolean {
  return makesClient(node) || /connect|open|create/i.test(methodOf(node) ?? '');
}

/** `connect()`, `new MongoClient(…)`, or anything that may make another client, stands between. */
function isOpenedBetween(source: Source, close: Call, use: Node): boolean {
  return source
    .below(source.code.ast)
    .some(node => isBefore(close, node) && isBefore(node, use) && opens(node));
}
