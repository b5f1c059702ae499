import type { Site } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';
import { operationOfAnother, type Scopes, transactionOfAnother } from '../parts/scopes.ts';

/** A session of one request, or a session that only requests have used, is used in a later request. Silent without scopes. */
export const sessionOutlivesScope = defineRule({
  meta: {
    id: 'session-outlives-scope',
    category: 'correctness',
    docs: docsOf('session-outlives-scope'),
    recommended: 'warn',
    defaults: {},
    messages: {
      request: {
        says: '{use} used a session that belongs to a request that is over.',
        fix: 'Start a session in each request and end it there; withSession and withTxn do. Mark a session that is meant to live longer with keep(session).',
      },
      module: {
        says: '{use} used a session that was started outside any request and was used in an earlier request.',
        fix: 'Start a session in each request and end it there; withSession and withTxn do. Mark a session that is meant to live longer with keep(session).',
      },
    },
  },
  create({ report }) {
    /** The request that was reported last: it may use the session many times. */
    const reported = new WeakMap<SessionRecord, number>();

    function check(session: SessionRecord, scopes: Scopes, use: string, site: Site | undefined): void {
      const unit = scopes?.at(-1);
      if (unit === undefined || !outlives(session, scopes, unit) || reported.get(session) === unit) return;
      reported.set(session, unit);
      const messageId = session.scopes === undefined ? 'module' : 'request';
      report({ messageId, data: { use }, site, startedAt: session.startSite });
    }

    return {
      'transaction.started': when(['request over'], ({ scopes, site }, session) => {
        if (session.servedUntil !== undefined) check(session, scopes, 'startTransaction', site);
      }),
      'operation.requested': when(['request over'], ({ operation }, session) => {
        if (session.servedUntil === undefined || operation.quiet) return;
        check(session, operation.scopes, describe(operation), operation.site);
      }),
    };
  },
});

function outlives(session: SessionRecord, scopes: Scopes, unit: number): boolean {
  if (session.kept || session.phase !== 'open' || !isUsersOwn(session)) return false;
  // Two requests at once: that is worse, and shared-session reports it.
  if (transactionOfAnother(scopes, session) || operationOfAnother(scopes, session) !== undefined)
    return false;
  if (session.scopes !== undefined) return scopes?.some(scope => session.scopes?.includes(scope)) !== true;
  // A session that a job or worker also uses itself belongs to the job, which may pass it on.
  return !session.usedOutside && session.servedUntil !== undefined && unit > session.servedUntil;
}

/** Not if a runner's callback is still running; and for a session whose start was not observed, too little is known. */
function isUsersOwn({ startedBy, startSite }: SessionRecord): boolean {
  return startedBy === 'user' && startSite !== undefined;
}
