import { configPoolSize as twin } from '../../../guard/rules/config/config-pool-size.ts';
import { configuredClients, numberOf, optionNode, runsAtOnce } from '../../parts/client-options.ts';
import { defineRule } from '../../parts/define-rule.ts';

/** A pool that is too small for what this file runs at once, or that the driver refuses. */
export const configPoolSize = defineRule(twin.meta, (source, report) => {
  const { minConnections } = twin.meta.defaults;
  for (const client of configuredClients(source)) {
    const maxPoolSize = numberOf(client, 'maxPoolSize');
    const minPoolSize = numberOf(client, 'minPoolSize') ?? 0;
    if (maxPoolSize === undefined || maxPoolSize === 0) continue;
    const node = optionNode(client, 'maxPoolSize');
    if (minPoolSize > maxPoolSize)
      report({ node, messageId: 'reversed', data: { minPoolSize, maxPoolSize } });
    else if (maxPoolSize < minConnections && runsAtOnce(source, client))
      report({ node, messageId: 'small', data: { maxPoolSize } });
  }
});
