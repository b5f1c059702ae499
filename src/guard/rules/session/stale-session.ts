import type { Site } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

const minute = 60_000;

/** The default of servers. */
const usualMinutes = 30;

/** A session is used after it was idle for so long that the server may have dropped it. */
export const staleSession = defineRule({
  meta: {
    id: 'stale-session',
    category: 'suspicious',
    docs: docsOf('stale-session'),
    recommended: 'warn',
    defaults: {},
    messages: {
      used: {
        says: '{use} used a session that had been idle for {minutes} min; the server drops a session after {limit} min.',
        fix: 'Start a new session for every unit of work instead of keeping one for later.',
      },
    },
  },
  create({ report }) {
    let limit = usualMinutes;

    function check(session: SessionRecord, at: number, use: string, site: Site | undefined): void {
      const idleMS = at - session.lastUsedAt;
      // The server checks once a minute.
      if (idleMS <= Math.max(limit - 1, limit / 2) * minute) return;
      if (session.openOperations.size > 0 || session.phase !== 'open') return;
      const data = { use, minutes: Math.round(idleMS / minute), limit };
      report({ messageId: 'used', data, site, startedAt: session.startSite });
    }

    return {
      'client.connected'({ sessionTimeoutMinutes }) {
        limit = sessionTimeoutMinutes ?? usualMinutes;
      },
      'operation.requested': when(['long idle'], ({ operation, at }, session) => {
        check(session, at, describe(operation), operation.site);
      }),
      'transaction.started': when(['long idle'], ({ at, site }, session) => {
        check(session, at, 'startTransaction', site);
      }),
    };
  },
});
