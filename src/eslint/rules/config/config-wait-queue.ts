import { configWaitQueue as twin } from '../../../guard/rules/config/config-wait-queue.ts';
import { configuredClients, mayBeSet, numberOf, optionNode, runsAtOnce } from '../../parts/client-options.ts';
import { defineRule } from '../../parts/define-rule.ts';

/** A small pool, operations at once, and no limit for the wait for a connection. */
export const configWaitQueue = defineRule(twin.meta, (source, report) => {
  const { minConnections } = twin.meta.defaults;
  for (const client of configuredClients(source)) {
    const maxPoolSize = numberOf(client, 'maxPoolSize') ?? minConnections;
    if (maxPoolSize === 0 || maxPoolSize >= minConnections || !runsAtOnce(source, client)) continue;
    if (mayBeSet(client, 'waitQueueTimeoutMS') || mayBeSet(client, 'timeoutMS')) continue;
    report({ node: optionNode(client, 'maxPoolSize'), messageId: 'endless', data: { maxPoolSize } });
  }
});
