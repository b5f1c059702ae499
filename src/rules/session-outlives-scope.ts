import type { Site } from '../session/events.ts';
import type { SessionRecord } from '../session/record.ts';
import { describe } from './describe.ts';
import { defineRule, docsOf } from './rule.ts';
import { operationOfAnother, type Scopes, transactionOfAnother } from './parts/scopes.ts';

/** A session of one request, or one that requests alone have used, serves a later request. Silent without scopes. */
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
        fix: 'Start a session in each request and end it there; withSession and withTxn do. keep(session) says that it is meant to live on.',
      },
      module: {
        says: '{use} used a session that was started outside of any request and has served an earlier one.',
        fix: 'Start a session in each request and end it there; withSession and withTxn do. keep(session) says that it is meant to live on.',
      },
    },
  },
  create({ report }) {
    /** The request that was told of last: it uses the session again and again. */
    const told = new WeakMap<SessionRecord, number>();

    function check(session: SessionRecord, scopes: Scopes, use: string, site: Site | undefined): void {
      const unit = scopes?.at(-1);
      if (unit === undefined || !outlives(session, scopes, unit) || told.get(session) === unit) return;
      told.set(session, unit);
      const messageId = session.scopes === undefined ? 'module' : 'request';
      report({ messageId, data: { use }, site, startedAt: session.startSite });
    }

    return {
      'transaction.started'({ scopes, site }, session) {
        if (session.servedUntil !== undefined) check(session, scopes, 'startTransaction', site);
      },
      'operation.requested'({ operation }, session) {
        if (session.servedUntil === undefined || operation.quiet) return;
        check(session, operation.scopes, describe(operation), operation.site);
      },
    };
  },
});

function outlives(session: SessionRecord, scopes: Scopes, unit: number): boolean {
  if (session.kept || session.phase !== 'open' || !isUsersOwn(session)) return false;
  // Two requests at once: that is worse, and shared-session speaks of it.
  if (transactionOfAnother(scopes, session) || operationOfAnother(scopes, session) !== undefined)
    return false;
  if (session.scopes !== undefined) return scopes?.some(scope => session.scopes?.includes(scope)) !== true;
  // What a job or worker uses itself is its own, and handed down.
  return !session.usedOutside && session.servedUntil !== undefined && unit > session.servedUntil;
}

/** A helper's callback is still running; of a session whose start was not seen too little is known. */
function isUsersOwn({ startedBy, startSite }: SessionRecord): boolean {
  return startedBy === 'user' && startSite !== undefined;
}
