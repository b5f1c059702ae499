import { defineRule, docsOf } from '../engine/rule.ts';

/** After a failover the driver leaves out the label because of which callers, and the driver itself, try again. */
export const unlabelledNetworkError = defineRule({
  meta: {
    id: 'unlabelled-network-error',
    category: 'suspicious',
    docs: docsOf('unlabelled-network-error'),
    recommended: 'warn',
    defaults: {},
    messages: {
      missing: {
        says: "A network error came without its label '{label}': the driver does not try again, and nobody knows whether the server did the work.",
        fix: 'Guard the client with a ConnectionManager (or SESSION_GUARD=protect), which adds the label; or treat every MongoNetworkError as one to try again, with a write that can be repeated.',
      },
    },
  },
  create({ report, clients, ofProcess }) {
    // A failover affects every call in flight: one finding says everything.
    const state = ofProcess(() => ({ reported: false }));
    return {
      'network.unlabelled'({ client, label, added, site }) {
        if (added || state.reported) return;
        state.reported = true;
        const made = [...clients()].find(({ id }) => id === client)?.site;
        report({ messageId: 'missing', data: { label }, site, nearby: made });
      },
    };
  },
});
