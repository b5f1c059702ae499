import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** A write concern that does not fit sessions, or with which a commit can be lost. */
export const configWriteConcern = defineRule({
  meta: {
    id: 'config-write-concern',
    category: 'config',
    docs: docsOf('config-write-concern'),
    recommended: 'warn',
    defaults: {},
    messages: {
      unacknowledged: {
        says: '{operation} has a session and write concern w: 0: the driver refuses it.',
        fix: 'Do not use w: 0 with sessions; use a separate client for unacknowledged writes.',
      },
      unacknowledgedTransaction: {
        says: 'A transaction was started under write concern w: 0: the driver refuses it.',
        fix: "Give the transaction { writeConcern: { w: 'majority' } }, or leave w: 0 out of the client's options.",
      },
      oneMember: {
        says: 'A transaction is committed with write concern w: 1: an election can undo it after it was acknowledged.',
        fix: "Leave w: 1 out (the server's default is 'majority'), or set { writeConcern: { w: 'majority' } } for transactions.",
      },
    },
  },
  create({ report }) {
    let writes = false;
    let transactions = false;
    return {
      'operation.requested': when(['weak write concern'], ({ operation }, session) => {
        if (operation.unacknowledged !== true || writes) return;
        writes = true;
        const data = { operation: describe(operation) };
        report({ messageId: 'unacknowledged', data, site: operation.site, startedAt: session.startSite });
      }),
      'transaction.started': when(['weak write concern'], ({ w, standalone, site }, session) => {
        if ((w !== 0 && w !== 1) || standalone || transactions) return;
        transactions = true;
        const messageId = w === 0 ? 'unacknowledgedTransaction' : 'oneMember';
        report({ messageId, site, startedAt: session.startSite });
      }),
    };
  },
});
