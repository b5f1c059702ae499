import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** A transaction reads with another read preference than `primary`: the driver refuses each such read. */
export const configReadPreference = defineRule({
  meta: {
    id: 'config-read-preference',
    category: 'config',
    docs: docsOf('config-read-preference'),
    recommended: 'warn',
    defaults: {},
    messages: {
      transaction: {
        says: "A transaction reads with read preference '{mode}': the driver refuses every read in it, {operation} first.",
        fix: "Give transactions { readPreference: 'primary' }: in the call, or in the session's defaultTransactionOptions.",
      },
      operation: {
        says: "{operation} in a transaction asks for read preference '{mode}': the driver refuses it.",
        fix: "Leave readPreference out of operations in a transaction, or give them 'primary'; with mongoose every query inherits the schema's option `read`: call query.read('primary').",
      },
    },
  },
  create({ report }) {
    let reported = false;
    return {
      'operation.requested': when(['read preference'], ({ operation }, session) => {
        const { readPreference: mode, site } = operation;
        if (mode === undefined || reported) return;
        reported = true;
        const data = { mode, operation: describe(operation) };
        const startedAt = session.transaction?.site;
        if (session.transaction?.readPreference === mode)
          report({ messageId: 'transaction', data, site: startedAt, nearby: site, startedAt });
        else report({ messageId: 'operation', data, site, nearby: startedAt, startedAt });
      }),
    };
  },
});
