import { describe } from '../engine/describe.ts';
import { defineRule, docsOf } from '../engine/rule.ts';

/** An operation is sent through a client that the application has closed. */
export const clientUseAfterClose = defineRule({
  meta: {
    id: 'client-use-after-close',
    category: 'correctness',
    docs: docsOf('client-use-after-close'),
    recommended: 'warn',
    defaults: {},
    messages: {
      used: {
        says: '{operation} was sent through a client that had been closed.',
        fix: 'Close the client last, when nothing needs it any more; keep one client for the life of the process.',
      },
    },
  },
  create({ report }) {
    return {
      'client.usedAfterClose'({ operation, closeSite }) {
        const data = { operation: describe(operation) };
        report({ messageId: 'used', data, site: operation.site, endedAt: closeSite });
      },
    };
  },
});
