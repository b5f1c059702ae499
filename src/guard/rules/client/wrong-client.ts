import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** A session of one client is given to an operation of another. */
export const wrongClient = defineRule({
  meta: {
    id: 'wrong-client',
    category: 'correctness',
    docs: docsOf('wrong-client'),
    recommended: 'warn',
    defaults: {},
    messages: {
      foreign: {
        says: '{operation} was given a session of another MongoClient.',
        fix: 'Start the session on the client that the collection belongs to; keep one client per deployment.',
      },
    },
  },
  create({ report }) {
    return {
      'operation.requested': when(['session of another client'], ({ operation, foreign }, session) => {
        if (!foreign || session.phase === 'ended') return;
        const data = { operation: describe(operation) };
        report({ messageId: 'foreign', data, site: operation.site, startedAt: session.startSite });
      }),
    };
  },
});
