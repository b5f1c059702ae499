import type { Operation, Site, TailKind } from '../../events/events.ts';
import type { OpenCursor, SessionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** A cursor is neither exhausted nor closed when its session ends, or the transaction that it was opened in. */
export const openCursor = defineRule({
  meta: {
    id: 'open-cursor',
    category: 'correctness',
    docs: docsOf('open-cursor'),
    recommended: 'warn',
    defaults: {},
    messages: {
      session: {
        says: 'The session ended with a cursor of {operation} neither read to its end nor closed.',
        fix: 'Read the cursor to its end (toArray, for await) or call cursor.close() before the session ends.',
      },
      tail: {
        says: 'The session ended with a {what} that was not closed.',
        fix: 'Call its close() before the session ends: it never ends by itself.',
      },
      transaction: {
        says: 'The transaction ended with a cursor of {operation}, opened in it, neither read to its end nor closed.',
        fix: 'Read the cursor to its end or call cursor.close() inside the transaction.',
      },
    },
  },
  create({ report }) {
    const reported = new WeakSet<OpenCursor>();

    function check(
      messageId: 'session' | 'transaction',
      session: SessionRecord,
      end: Site | undefined,
    ): void {
      const number = session.transaction?.number;
      for (const cursor of session.openCursors.values()) {
        if (messageId === 'transaction' && cursor.transaction !== number) continue;
        if (reported.has(cursor) || isFetching(session, cursor.operation)) continue;
        reported.add(cursor);
        const places = { site: cursor.operation.site, startedAt: session.startSite, endedAt: end };
        const { tail } = cursor;
        if (tail === undefined)
          report({ messageId, data: { operation: describe(cursor.operation) }, ...places });
        else report({ messageId: 'tail', data: { what: describeTail(tail, cursor.operation) }, ...places });
      }
    }

    return {
      'session.ending': when(['open cursor'], (event, session) => {
        if (session.phase === 'open') check('session', session, event.site);
      }),
      'transaction.ending': when(['open cursor'], (event, session) => {
        if (session.transaction?.phase === 'active') check('transaction', session, event.site);
      }),
    };
  },
});

/** `change stream on shop.orders` */
function describeTail(tail: TailKind, { namespace }: Operation): string {
  return namespace === undefined ? tail : `${tail} on ${namespace}`;
}

/** If a cursor is being read when the session ends, unawaited-operation reports it. */
function isFetching(session: SessionRecord, opened: Operation): boolean {
  for (const operation of session.openOperations.values()) {
    const fetches = operation.kind === 'getMore' && !operation.quiet;
    if (fetches && operation.namespace === opened.namespace) return true;
  }
  return false;
}
