import { configMaxIdleTime as twin } from '../../../guard/rules/config/config-max-idle-time.ts';
import { configuredClients, numberOf, optionNode } from '../../parts/client-options.ts';
import { defineRule } from '../../parts/define-rule.ts';

/** The server's own limit, if nobody has changed it. */
const limitMS = 30 * 60 * 1000;

/** Idle connections are kept longer than the server keeps sessions, or are closed at once. */
export const configMaxIdleTime = defineRule(twin.meta, (source, report) => {
  const { minMS, churnMS } = twin.meta.defaults;
  for (const client of configuredClients(source)) {
    const maxIdleTimeMS = numberOf(client, 'maxIdleTimeMS') ?? 0;
    const node = optionNode(client, 'maxIdleTimeMS');
    if (maxIdleTimeMS > limitMS) report({ node, messageId: 'long', data: { maxIdleTimeMS, limitMS } });
    else if (maxIdleTimeMS > 0 && maxIdleTimeMS < churnMS && !client.isProbe && client.operations.length > 0)
      report({ node, messageId: 'short', data: { maxIdleTimeMS, limitMS: minMS } });
  }
});
