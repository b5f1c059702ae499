import { inTransaction, type SessionRecord } from '../../events/record.ts';
import { defineRule, docsOf, type Report, type RuleContext } from '../engine/rule.ts';

/** A session is never ended: it uses resources of the client and of the server, and its transaction holds locks. */
export const sessionLeak = defineRule({
  meta: {
    id: 'session-leak',
    category: 'suspicious',
    docs: docsOf('session-leak'),
    recommended: 'warn',
    defaults: { warnAfterMS: 60_000, maxOpen: 100, idleMS: 10_000 },
    messages: {
      idle: {
        says: 'Apparent session leak: a session has been open for {seconds} s, with nothing in flight.',
        fix: 'End the session in a finally block, or use withSession, which ends it for you.',
      },
      idleInTransaction: {
        says: 'Apparent session leak: a session has been open for {seconds} s, with nothing in flight and a transaction that was neither committed nor aborted: its writes are lost.',
        fix: 'Commit or abort the transaction and end the session in a finally block, or use withTxn, which does both for you.',
      },
      returned: {
        says: 'The session that was reported as an apparent leak was ended after {seconds} s.',
        fix: 'Nothing is lost; end it earlier, or raise warnAfterMS of session-leak if it is meant to live that long.',
      },
      many: {
        says: 'Apparent session leak: {count} idle sessions are open that were started at the same place.',
        fix: 'End each session in a finally block, or use withSession, which ends it for you.',
      },
      left: {
        says: 'A session that was started in a test is still open at the end of the test.',
        fix: 'End the session in a finally block, or use withSession, which ends it for you. Mark a session that is meant to live longer with keep(session).',
      },
      leftInTransaction: {
        says: 'A session that was started in a test is still open at the end of the test, with a transaction that was neither committed nor aborted: its writes are lost.',
        fix: 'Commit or abort the transaction and end the session in a finally block, or use withTxn, which does both for you.',
      },
      request: {
        says: 'A request was over, and a session that it had started was still open: the session was ended.',
        fix: 'End the session in a finally block before the answer, or use withSession, which ends it for you. Mark a session that is meant to live longer with keep(session).',
      },
      requestInTransaction: {
        says: 'A request was over, and a session that it had started was still open, with a transaction that was neither committed nor aborted: both were ended, and the writes are lost.',
        fix: 'Commit or abort the transaction and end the session in a finally block before the answer, or use withTxn, which does both for you.',
      },
      closing: {
        says: 'The client was closed with {count} open {what}.',
        fix: 'End each session in a finally block, or use withSession, which ends it for you.',
      },
      lost: {
        says: 'The client was closed with {count} open {what}: the writes of transactions that were not committed are lost.',
        fix: 'Commit or abort the transaction and end the session in a finally block, or use withTxn, which does both for you.',
      },
    },
  },
  create({ options, report, sessionsOf, placeOf }) {
    const { warnAfterMS, maxOpen, idleMS } = options;
    const reported = new WeakMap<SessionRecord, Reported>();

    function checkIdle(session: SessionRecord, now: number): void {
      if (reported.has(session) || !isIdle(session, now, warnAfterMS)) return;
      reported.set(session, 'apparent leak');
      const messageId = holdsWork(session) ? 'idleInTransaction' : 'idle';
      report({ messageId, data: { seconds: ageOf(session, now) }, ...startOf([session]) });
    }

    function checkMany(sessions: readonly SessionRecord[], now: number): void {
      const idle = sessions.filter(session => isIdle(session, now, idleMS));
      for (const same of byPlace(idle, placeOf)) {
        if (same.length <= maxOpen || same.some(session => reported.has(session))) continue;
        for (const session of same) reported.set(session, 'apparent leak');
        report({ messageId: 'many', data: { count: same.length }, ...startOf(same) });
      }
    }

    function checkClosing(client: number): void {
      for (const idle of byPlace([...sessionsOf(client)].filter(isLeftIdle), placeOf)) {
        const open = idle.filter(inTransaction);
        const same = open.length > 0 ? open : idle;
        const what = leftAs(same);
        if (what === undefined || same.some(session => reported.has(session))) continue;
        for (const session of same) reported.set(session, 'apparent leak');
        const messageId = same.some(holdsWork) ? 'lost' : 'closing';
        report({ messageId, data: { count: same.length, what }, ...startOf(same) });
      }
    }

    return {
      'clock.ticked'({ client, at }) {
        const sessions = [...sessionsOf(client)].filter(ownedByUser);
        if (sessions.length > maxOpen) checkMany(sessions, at);
        for (const session of sessions) checkIdle(session, at);
      },
      'session.ended'({ at, by }, session) {
        if (reported.get(session) !== 'apparent leak' || by === 'close') return;
        report({ messageId: 'returned', data: { seconds: ageOf(session, at) }, site: session.startSite });
      },
      'session.left'({ of }, session) {
        if (reported.has(session) || !ownedByUser(session)) return;
        reported.set(session, 'left');
        report({ messageId: leftIn(session, of), site: session.startSite });
      },
      'client.closing': ({ client }) => checkClosing(client),
    };
  },
});

function ownedByUser(session: SessionRecord): boolean {
  return session.startedBy === 'user' && session.phase === 'open' && !session.kept;
}

function isLeftIdle(session: SessionRecord): boolean {
  return ownedByUser(session) && session.openOperations.size === 0;
}

/** A session that a test or a request has `left` open is not reported as ended later: that would be too late for a test. */
type Reported = 'apparent leak' | 'left';

function leftIn(session: SessionRecord, of: 'request' | undefined) {
  if (of === 'request') return holdsWork(session) ? 'requestInTransaction' : 'request';
  return holdsWork(session) ? 'leftInTransaction' : 'left';
}

/** Of sessions that were started at one place. */
function startOf([session]: readonly SessionRecord[]): Pick<Report, 'site' | 'session'> {
  return { site: session?.startSite, session };
}

/** Something was sent in a transaction that is still open. */
function holdsWork(session: SessionRecord): boolean {
  return inTransaction(session) && (session.transaction?.operations ?? 0) > 0;
}

function isIdle(session: SessionRecord, now: number, forMS: number): boolean {
  return session.openOperations.size === 0 && now - session.lastUsedAt >= forMS;
}

function ageOf(session: SessionRecord, now: number): number {
  return Math.round((now - session.startedAt) / 1000);
}

function byPlace(
  sessions: readonly SessionRecord[],
  placeOf: RuleContext['placeOf'],
): Iterable<SessionRecord[]> {
  const places = new Map<string, SessionRecord[]>();
  for (const session of sessions) {
    const place = placeOf(session.startSite) ?? `session ${session.id}`;
    places.set(place, [...(places.get(place) ?? []), session]);
  }
  return places.values();
}

/**
 * One idle session at the end of a process is not a leak; a session in a transaction is, and so are several sessions from one
 * place.
 */
function leftAs(same: readonly SessionRecord[]): string | undefined {
  if (same.some(inTransaction))
    return same.length > 1 ? 'sessions in a transaction' : 'session in a transaction';
  if (same.length > 1) return 'sessions from the same place';
  return same.some(session => session.abandoned)
    ? 'session, unused since the scope it was started in'
    : undefined;
}
