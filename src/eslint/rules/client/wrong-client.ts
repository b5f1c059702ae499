import { wrongClient as twin } from '../../../guard/rules/client/wrong-client.ts';
import { clientOf, isSameClient, rootOf } from '../../parts/clients/clients.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { sessionOperations } from '../../parts/operations.ts';

/** A session of one client is given to a collection of another; this file shows how both clients are made. */
export const wrongClient = defineRule(twin.meta, (source, report) => {
  for (const { call, receiver, session } of sessionOperations(source)) {
    const isOther = isSameClient(clientOf(source, session), rootOf(source, receiver)) === false;
    if (isOther) report({ node: call, messageId: 'foreign', data: { operation: labelOf(source, call) } });
  }
});
