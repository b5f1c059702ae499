import { configSocketTimeout as twin } from '../../../guard/rules/config/config-socket-timeout.ts';
import { configuredClients, numberOf, optionNode } from '../../parts/client-options.ts';
import { defineRule } from '../../parts/define-rule.ts';

/** A socket time-out is used as a limit for queries. A file with a limit for queries has understood the difference. */
export const configSocketTimeout = defineRule(twin.meta, (source, report) => {
  const { minMS } = twin.meta.defaults;
  for (const client of configuredClients(source)) {
    const socketTimeoutMS = numberOf(client, 'socketTimeoutMS') ?? 0;
    if (socketTimeoutMS <= 0 || socketTimeoutMS >= minMS) continue;
    if (
      client.isProbe ||
      client.operations.length === 0 ||
      /maxTimeMS|\b(?:operationTimeoutMS|timeoutMS)\s*:/.test(source.text)
    )
      continue;
    report({ node: optionNode(client, 'socketTimeoutMS'), messageId: 'short', data: { socketTimeoutMS } });
  }
});
