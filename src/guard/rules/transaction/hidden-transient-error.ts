import { describe, nameOfError } from '../engine/describe.ts';
import { isTransient } from '../../events/server-codes.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** The callback of a transaction runner hides the transient error, so the runner does not retry. */
export const hiddenTransientError = defineRule({
  meta: {
    id: 'hidden-transient-error',
    category: 'suspicious',
    docs: docsOf('hidden-transient-error'),
    recommended: 'warn',
    defaults: {},
    messages: {
      hidden: {
        says: '{operation} failed with {error}, which a second attempt may avoid, but the callback was rejected with {other}: the transaction is not run again.',
        fix: 'Rethrow the error unchanged if it has the label TransientTransactionError: the transaction runner needs it. Translate errors outside the transaction.',
      },
    },
  },
  create({ report }) {
    return {
      'callback.returned': when(['failed'], ({ error, errorOf, linked, site }, { transaction }) => {
        const failure = transaction?.firstFailure;
        if (error === undefined || failure === undefined || linked === true) return;
        // The error of another operation hides nothing, and the runner retries an error with the label.
        if (errorOf !== undefined || isTransient(error) || !isTransient(failure.error)) return;
        const data = {
          operation: describe(failure.operation),
          error: nameOfError(failure.error),
          other: `another error (${error.name})`,
        };
        report({ messageId: 'hidden', data, site: failure.operation.site, nearby: site, startedAt: site });
      }),
    };
  },
});
