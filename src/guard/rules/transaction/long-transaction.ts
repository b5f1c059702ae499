import type { ErrorSummary, Operation } from '../../events/events.ts';
import { inTransaction, type SessionRecord, type TransactionRecord } from '../../events/record.ts';
import { hiddenField } from '../../../platform/hidden-field.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, type Report, when } from '../engine/rule.ts';
import { noSuchTransaction } from '../../events/server-codes.ts';
import { inSeconds, isWork, type Pause, pauseWords, TransactionCourse } from '../parts/transaction-course.ts';

/** The shortest pause that explains why the server has aborted the transaction, in milliseconds. */
const shortestMS = 1000;

/** A transaction without activity for this long is not slow but forgotten. */
const forgottenMS = 60_000;

/** A transaction is open for a long time, or for so long that the server has aborted it. */
export const longTransaction = defineRule({
  meta: {
    id: 'long-transaction',
    category: 'suspicious',
    docs: docsOf('long-transaction'),
    recommended: 'warn',
    defaults: { warnAfterMS: 5000 },
    messages: {
      open: {
        says: 'A transaction was open for {seconds} s, with its locks and its snapshot; the longest pause, {pause} s, came after {after} and before {before}.',
        fix: 'Do slow work (calls of other services, computing, waiting for a person) before the transaction, or split it.',
      },
      busy: {
        says: 'A transaction was open for {seconds} s, with its locks and its snapshot.',
        fix: 'Write less in one transaction, or split it into several.',
      },
      gone: {
        says: 'The server had already aborted the transaction when {noticed} came; the longest pause, {pause} s, came after {after} and before {before}.',
        fix: 'Do slow work (calls of other services, computing, waiting for a person) before the transaction, or split it.',
      },
    },
  },
  create({ options, report, sessionsOf, starvedMS }) {
    const { warnAfterMS } = options;
    const courses = hiddenField<TransactionRecord, TransactionCourse>();

    /** Only the time in which the process could have continued counts. */
    const ownTime = (at: number) => at - starvedMS();
    const courseOf = ({ transaction }: SessionRecord) => transaction && courses.get(transaction);
    const checkOpen = openCheck(courseOf, warnAfterMS, report);

    function checkGone(session: SessionRecord, error: ErrorSummary | undefined, noticed?: Operation): void {
      const course = courseOf(session);
      if (course?.pause === undefined || course.reported || !isGone(session, error, course.pause)) return;
      course.reported = true;
      report(goneFor(session.transaction, course.pause, noticed));
    }

    return {
      'clock.ticked'({ client, at }) {
        for (const session of sessionsOf(client)) {
          if (at - session.lastUsedAt < forgottenMS) checkOpen(session, ownTime(at), 'what comes next');
        }
      },
      'operation.requested': when(['open transaction'], ({ operation, at }, session) => {
        if (!isWork(operation) || isCommitted(session)) return;
        const course = courseOf(session);
        if (course !== undefined) course.longest(session, ownTime(at), operation);
        else if (session.transaction !== undefined)
          courses.set(session.transaction, new TransactionCourse(ownTime(at)));
      }),
      'operation.settled': when(['open transaction'], ({ operation: id, at, error, sentAt }, session) => {
        const operation = session.openOperations.get(id);
        if (operation === undefined || !isWork(operation) || isCommitted(session)) return;
        const turnAt = sentAt === undefined ? undefined : ownTime(sentAt);
        courseOf(session)?.settles(operation, ownTime(at), turnAt);
        checkGone(session, error, operation);
      }),
      'transaction.ending': when(['open transaction'], ({ as, at }, session) =>
        checkOpen(session, ownTime(at), `the ${as}`),
      ),
      'transaction.failed'({ error }, session) {
        checkGone(session, error);
      },
      'session.ending': when(['open transaction'], ({ at, by }, session) => {
        if (by !== 'close') checkOpen(session, ownTime(at), 'the end of the session');
      }),
    };
  },
});

function isCommitted({ transaction }: SessionRecord): boolean {
  return transaction?.phase === 'committed';
}

function openCheck(
  courseOf: (session: SessionRecord) => TransactionCourse | undefined,
  warnAfterMS: number,
  report: (report: Report<'open' | 'busy'>) => void,
) {
  return (session: SessionRecord, at: number, before: string): void => {
    const course = inTransaction(session) ? courseOf(session) : undefined;
    const pause = course?.longest(session, at, before);
    if (course === undefined || course.reported) return;
    const { site, heldUntil = course.openedAt } = session.transaction ?? {};
    // While its first operation waits for its turn, nothing is open on the server.
    const ms = at - Math.max(course.openedAt, heldUntil);
    if (ms < warnAfterMS) return;
    course.reported = true;
    report({ ...openFor(ms, pause), site, session });
  };
}

/** The pause is mentioned if it is more than half of the time. */
function openFor(ms: number, pause: Pause | undefined): Pick<Report<'open' | 'busy'>, 'messageId' | 'data'> {
  const seconds = inSeconds(ms);
  if (pause === undefined || pause.ms * 2 < ms) return { messageId: 'busy', data: { seconds } };
  return { messageId: 'open', data: { seconds, ...pauseWords(pause) } };
}

/** @param noticed the operation that got the error; by default the commit */
function goneFor(
  transaction: TransactionRecord | undefined,
  pause: Pause,
  noticed: Operation | undefined,
): Report<'gone'> {
  const startedAt = transaction?.site;
  const by = noticed === undefined ? 'the commit' : describe(noticed);
  const site = noticed === undefined ? transaction?.endSite : noticed.site;
  const data = { ...pauseWords(pause), noticed: by };
  return { messageId: 'gone', data, site, nearby: startedAt, startedAt, started: 'transaction' };
}

/** The server has aborted the transaction, and only the pause explains it. */
function isGone({ transaction }: SessionRecord, error: ErrorSummary | undefined, pause: Pause): boolean {
  if (error?.code !== noSuchTransaction || pause.ms < shortestMS) return false;
  return transaction?.firstFailure === undefined;
}
