import type { Operation, Site } from '../../events/events.ts';
import type { Failure, SessionRecord } from '../../events/record.ts';
import { describe, nameOfError } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';
import { isRefusal, noSuchTransaction } from '../../events/server-codes.ts';

const says = {
  commit:
    '{operation} failed with {error} inside the transaction, the error was caught, and the commit was tried all the same.',
  operation:
    '{operation} failed with {error} inside the transaction, the error was caught, and {next} was sent all the same.',
};

const leave =
  'Let the error leave the callback: the server has already aborted the transaction. Handle it outside.';

const end =
  'End the transaction where the error is caught: call abortTransaction, then run the whole transaction again or pass the error on. The server has already aborted it.';

/** The error of an operation was caught inside a transaction, which the server had aborted because of it. */
export const swallowedError = defineRule({
  meta: {
    id: 'swallowed-error',
    category: 'correctness',
    docs: docsOf('swallowed-error'),
    recommended: 'warn',
    defaults: {},
    messages: {
      commit: { says: says.commit, fix: leave },
      operation: { says: says.operation, fix: leave },
      commitByHand: { says: says.commit, fix: end },
      operationByHand: { says: says.operation, fix: end },
    },
  },
  create({ report }) {
    function reportFailure(
      what: 'commit' | 'operation',
      session: SessionRecord,
      endedAt?: Site,
      next?: Operation,
    ): void {
      const failure = session.transaction?.firstFailure;
      if (failure === undefined || isRefusal(failure.error)) return;
      const data = {
        operation: describe(failure.operation),
        error: nameOfError(failure.error),
        next: next ? describe(next) : '',
      };
      const messageId = session.transaction?.by === 'user' ? (`${what}ByHand` as const) : what;
      report({ messageId, data, site: failure.operation.site, startedAt: session.startSite, endedAt });
    }

    return {
      'transaction.failed'(event, session) {
        if (event.error.code === noSuchTransaction) reportFailure('commit', session, event.site);
      },
      'callback.returned': when(['failed'], ({ error, errorOf, site }, session) => {
        if (error?.code !== noSuchTransaction || errorOf === undefined) return;
        if (wentOnAfter(session.transaction?.firstFailure, errorOf))
          reportFailure('operation', session, site, errorOf);
      }),
      'operation.settled': when(['failed'], (event, session) => {
        const operation = session.openOperations.get(event.operation);
        // In a transaction runner this is decided when the callback returns: the error may still leave the callback.
        if (operation === undefined || event.error?.code !== noSuchTransaction) return;
        if (session.transaction?.by !== 'user') return;
        if (wentOnAfter(session.transaction?.firstFailure, operation))
          reportFailure('operation', session, operation.site, operation);
      }),
    };
  },
});

/** Started after the failure was known: not in parallel with it. */
function wentOnAfter(failure: Failure | undefined, next: Operation): boolean {
  return failure !== undefined && failure.operation !== next && next.inTransaction && next.at >= failure.at;
}
