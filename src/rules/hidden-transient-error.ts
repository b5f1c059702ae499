import { describe, nameOfError } from './describe.ts';
import { isTransient } from './parts/server-codes.ts';
import { defineRule, docsOf } from './rule.ts';

/** The callback of a transaction runner hides from it that the transaction may be run again. */
export const hiddenTransientError = defineRule({
  meta: {
    id: 'hidden-transient-error',
    category: 'suspicious',
    docs: docsOf('hidden-transient-error'),
    recommended: 'warn',
    defaults: {},
    messages: {
      hidden: {
        says: '{operation} failed with {error}, which a second attempt may not meet, but the callback was rejected with {other}: the transaction is not run again.',
        fix: 'Rethrow the error as it is while it has the label TransientTransactionError: the transaction runner needs it. Translate errors outside of the transaction.',
      },
    },
  },
  create({ report }) {
    return {
      'callback.returned'({ error, errorOf, linked, site }, { transaction }) {
        const failure = transaction?.firstFailure;
        if (error === undefined || failure === undefined || linked === true) return;
        // The error of another operation hides nothing, and the runner runs again what has the label.
        if (errorOf !== undefined || isTransient(error) || !isTransient(failure.error)) return;
        const data = {
          operation: describe(failure.operation),
          error: nameOfError(failure.error),
          other: `another error (${error.name})`,
        };
        report({ messageId: 'hidden', data, site: failure.operation.site, nearby: site, startedAt: site });
      },
    };
  },
});
