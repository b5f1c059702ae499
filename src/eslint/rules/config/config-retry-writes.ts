import { configRetryWrites as twin } from '../../../guard/rules/config/config-retry-writes.ts';
import { configuredClients, optionNode } from '../../parts/client-options.ts';
import { defineRule } from '../../parts/define-rule.ts';
import { is, valueOf } from '../../syntax/nodes.ts';

/** Retryable writes are off for a client that writes. */
export const configRetryWrites = defineRule(twin.meta, (source, report) => {
  for (const client of configuredClients(source)) {
    const value = valueOf(client.options, 'retryWrites');
    if (!is(value, 'Literal') || value.value !== false) continue;
    if (!client.operations.some(({ kind, name }) => kind === 'write' && name !== 'createIndex')) continue;
    report({ node: optionNode(client, 'retryWrites'), messageId: 'off' });
  }
});
