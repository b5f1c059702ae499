import { configServerSelection as twin } from '../../../guard/rules/config/config-server-selection.ts';
import { configuredClients, numberOf, optionNode } from '../../parts/client-options.ts';
import { defineRule } from '../../parts/define-rule.ts';

/** The wait for a server is shorter than an election, or longer than a caller waits. */
export const configServerSelection = defineRule(twin.meta, (source, report) => {
  const { minMS, maxMS } = twin.meta.defaults;
  for (const client of configuredClients(source)) {
    const serverSelectionTimeoutMS = numberOf(client, 'serverSelectionTimeoutMS');
    if (serverSelectionTimeoutMS === undefined || client.isProbe || client.operations.length === 0) continue;
    const node = optionNode(client, 'serverSelectionTimeoutMS');
    const data = { serverSelectionTimeoutMS };
    if (serverSelectionTimeoutMS === 0) report({ node, messageId: 'endless' });
    else if (serverSelectionTimeoutMS > maxMS) report({ node, messageId: 'long', data });
    else if (serverSelectionTimeoutMS < minMS) report({ node, messageId: 'short', data });
  }
});
