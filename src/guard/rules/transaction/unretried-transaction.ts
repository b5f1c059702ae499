import { inTransaction, type SessionRecord, type TransactionRecord } from '../../events/record.ts';
import { nameOfError } from '../engine/describe.ts';
import { type GivenUp, GivenUpTransactions } from '../parts/given-up.ts';
import { type RetryCause, RetryCauses } from '../parts/retry-cause.ts';
import { isTransient } from '../../events/server-codes.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

const fix =
  'Run the whole transaction again, in a new one, while its error has the label TransientTransactionError; or use withTxn, which does.';

/** A manual transaction fails with an error that a second attempt would have avoided, and there is no second attempt. */
export const unretriedTransaction = defineRule({
  meta: {
    id: 'unretried-transaction',
    category: 'suspicious',
    docs: docsOf('unretried-transaction'),
    recommended: 'warn',
    defaults: { withinMS: 30_000 },
    messages: {
      operation: {
        says: '{operation} was answered with {error}, which a second attempt may avoid; the transaction was given up, and not run again.',
        fix,
      },
      commit: {
        says: 'The commit was answered with {error}, which a second attempt may avoid; the transaction was given up, and not run again.',
        fix,
      },
    },
  },
  create({ options, report, ofProcess }) {
    const { withinMS } = options;
    const givenUp = ofProcess(() => new GivenUpTransactions());
    const causes = new RetryCauses();
    const seen = new WeakSet<TransactionRecord>();
    /** From now on, failures are caused by the close of the client. */
    let closing = false;

    function giveUp(client: number, at: number, session: SessionRecord): void {
      const { transaction } = session;
      if (closing || transaction?.line === undefined || seen.has(transaction)) return;
      const cause = transientCause(causes, transaction, at);
      if (cause === undefined) return;
      seen.add(transaction);
      givenUp.add(transaction.line, { client, session, at, site: transaction.site, cause });
    }

    return {
      'transaction.started'(event, session) {
        if (session.phase !== 'ended') givenUp.start(event, session, withinMS);
      },
      'operation.conflicted'({ operation, documents, holder }, { transaction }) {
        if (transaction !== undefined)
          causes.conflicted(transaction, operation, documents, holder !== undefined);
      },
      'transaction.failed'({ client, at, error }, session) {
        if (session.transaction === undefined || !error.reachedServer) return;
        causes.commitFailed(session.transaction, error);
        if (isTransient(error)) giveUp(client, at, session);
      },
      'transaction.aborted'({ client, at, by }, session) {
        if (by === 'user') giveUp(client, at, session);
      },
      'session.ended': when(['open transaction'], ({ client, at, by }, session) => {
        if (by !== 'close' && inTransaction(session)) giveUp(client, at, session);
      }),
      'clock.ticked'({ client, at }) {
        const over = givenUp.take(one => one.client === client && at - one.at >= withinMS);
        for (const one of over) report(reportOf(one));
      },
      'client.closing'() {
        closing = true;
      },
      'client.closed'({ client }) {
        closing = false;
        const left = givenUp.take(one => one.client === client);
        for (const one of left.filter(wasEnded)) report(reportOf(one));
      },
    };
  },
});

/** Only conflicts with others: a second attempt would meet a fault of the program itself again. */
function transientCause(
  causes: RetryCauses,
  transaction: TransactionRecord,
  at: number,
): RetryCause | undefined {
  const cause = causes.of(transaction, at);
  return cause === undefined || cause === 'other' || !isTransient(cause.error) ? undefined : cause;
}

/** If the session was open until the client was closed, a second attempt may have been about to start. */
function wasEnded({ session }: GivenUp): boolean {
  return session.endedBy !== 'close';
}

function reportOf({ cause, site, session }: GivenUp) {
  const { ofCommit, operation, error } = cause;
  const messageId = ofCommit ? ('commit' as const) : ('operation' as const);
  return { messageId, data: { operation, error: nameOfError(error) }, site, session };
}
