import { hiddenField } from '../../../platform/hidden-field.ts';
import type { Operation, OperationKind } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf } from '../engine/rule.ts';

/** Parts of another operation. */
const parts: ReadonlySet<OperationKind> = new Set(['batch', 'killCursors']);

/** The user's operations, and whether any of them needs the session. */
interface Use {
  operation: Operation;
  count: number;
  needed: boolean;
}

/** An explicit session was used for one operation, which did not need it. */
export const unneededSession = defineRule({
  meta: {
    id: 'unneeded-session',
    category: 'performance',
    docs: docsOf('unneeded-session'),
    recommended: 'off',
    defaults: {},
    messages: {
      unneeded: {
        says: 'The session served one operation only, {operation}, without a transaction.',
        fix: 'Leave the session out: the driver uses its own session for each operation.',
      },
    },
  },
  create({ report, hasFinding }) {
    const uses = hiddenField<SessionRecord, Use>();
    const advanced = hiddenField<SessionRecord, true>();

    return {
      'session.advanced'(_event, session) {
        advanced.set(session, true);
      },
      'operation.requested'({ operation }, session) {
        if (parts.has(operation.kind)) return;
        const use = uses.get(session) ?? { operation, count: 0, needed: false };
        use.count += 1;
        // A program that reads for a long time may have to refresh the session by its id.
        use.needed ||= operation.kind === 'getMore' || operation.kind === 'tail';
        uses.set(session, use);
      },
      'session.ended'({ by, site }, session) {
        const use = uses.get(session);
        if (use === undefined || use.count !== 1 || use.needed || by === 'close') return;
        if (session.transactions > 0 || session.asks !== undefined || session.kept) return;
        if (advanced.get(session) === true || hasFinding(session)) return;
        const data = { operation: describe(use.operation) };
        report({ messageId: 'unneeded', data, site: session.startSite, endedAt: site });
      },
    };
  },
});
