import type { Operation, Site } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import { describeAll, firstPlaced } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

type Moment = 'session' | 'commit' | 'abort' | 'callback';

/** A session or a transaction ends while something that was begun with it is still in flight. */
export const unawaitedOperation = defineRule({
  meta: {
    id: 'unawaited-operation',
    category: 'correctness',
    docs: docsOf('unawaited-operation'),
    recommended: 'warn',
    defaults: {},
    messages: {
      session: {
        says: 'The session was ended with {operations} still in flight.',
        fix: 'Await the operation (or Promise.all of several) before the session ends.',
      },
      commit: {
        says: 'The transaction was committed with {operations} still in flight.',
        fix: 'Await every operation before the commit, so that its outcome is known when the transaction is decided.',
      },
      abort: {
        says: 'The transaction was aborted with {operations} still in flight.',
        fix: 'Await the operation before the abort: otherwise it may run outside the transaction and stay.',
      },
      callback: {
        says: "The transaction's callback returned with {operations} still in flight.",
        fix: 'Await every operation inside the callback; use Promise.allSettled where one may fail before the others.',
      },
      exceeded: {
        says: 'The session was waited for {afterMS} ms and then ended with {operations} still in flight.',
        fix: 'Bound slow operations with maxTimeMS, or raise drainTimeoutMS.',
      },
    },
  },
  create({ report }) {
    const reported = new WeakSet<Operation>();

    function check(
      messageId: Moment,
      session: SessionRecord,
      pending: readonly Operation[],
      at?: Site,
    ): void {
      const open = pending.filter(operation => !reported.has(operation));
      const first = firstPlaced(open);
      if (first === undefined) return;
      for (const operation of open) reported.add(operation);
      const data = { operations: describeAll(open) };
      report({ messageId, data, site: first.site, nearby: at, startedAt: session.startSite, endedAt: at });
    }

    return {
      'session.ending': when(['not awaited'], ({ pending, site }, session) => {
        if (session.phase === 'open') check('session', session, pending, site);
      }),
      'transaction.ending': when(['not awaited'], ({ as, by, pending, site }, session) => {
        if (by === 'user') check(as, session, pending, site);
      }),
      'callback.returned': when(['not awaited'], ({ pending, site }, session) => {
        check('callback', session, pending, site);
      }),
      'drain.exceeded'({ pending, afterMS }, session) {
        const data = { operations: describeAll(pending), afterMS };
        report({
          messageId: 'exceeded',
          data,
          site: firstPlaced(pending)?.site,
          startedAt: session.startSite,
        });
      },
    };
  },
});
