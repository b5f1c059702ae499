import { type HiddenField, hiddenField } from '../../../platform/hidden-field.ts';
import type { Operation, Site } from '../../events/events.ts';
import { isLeftover } from '../../events/failures.ts';
import { inTransaction, type SessionRecord, type TransactionRecord } from '../../events/record.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** The writes of a manual transaction so far. */
interface Course {
  readonly written: Set<string>;
  failed: boolean;
}

type Courses = HiddenField<TransactionRecord, Course>;

/** The manual transactions of one client and one line that were dropped by the end of their session. */
interface Dropped {
  count: number;
  readonly written: Set<string>;
  site?: Site | undefined;
  endedAt?: Site | undefined;
  /** The last session. */
  session?: SessionRecord | undefined;
  /** It was ended by the program, not by the close of its client. */
  isEnded?: boolean;
}

const fix =
  'Call commitTransaction when the work is done, and abortTransaction where it is not wanted; or use withTxn, which commits when its callback returns.';

/** Code that commits on some path may have rolled back on purpose, unless it has done so several times. */
const doubt = { block: /endSession|withSession|asyncDispose|\busing\b/, code: /commit\w*\s*(?:\?\.)?\(/i };

/** A manual transaction writes but is never committed. */
export const commitForgotten = defineRule({
  meta: {
    id: 'commit-forgotten',
    category: 'suspicious',
    docs: docsOf('commit-forgotten'),
    recommended: 'warn',
    defaults: { transactions: 3 },
    messages: {
      one: {
        says: 'A transaction that was started here wrote to {written}, and was dropped by the end of its session without a commit: its writes are lost.',
        fix,
      },
      several: {
        says: '{count} transactions that were started here wrote to {written}, and were dropped by the end of their sessions; none was ever committed: their writes are lost.',
        fix,
      },
    },
  },
  create({ options, report, ofProcess }) {
    const { transactions: most } = options;
    /** Lines whose transactions the program commits on some path, on any client. */
    const committed = ofProcess(() => new Set<string>());
    const lines = new Map<string, Dropped>();
    const courses: Courses = hiddenField();

    function reportUnlessCommitted(line: string, dropped: Dropped): void {
      if (!committed.has(line)) report(reportOf(dropped, most));
    }

    return {
      'operation.settled': when(['by hand'], ({ operation: id, error }, session) => {
        const { transaction } = session;
        const operation = session.openOperations.get(id);
        if (transaction?.by !== 'user' || operation?.inTransaction !== true) return;
        if (isLeftover(operation, transaction)) return;
        const course = courseOf(courses, transaction);
        if (error !== undefined) course.failed = true;
        else if (writes(operation)) course.written.add(operation.namespace ?? operation.command);
      }),
      'transaction.started': when(['open transaction'], (_event, session) => {
        // The driver refuses a second transaction, and this error may have prevented the commit.
        if (session.transaction !== undefined && inTransaction(session))
          courseOf(courses, session.transaction).failed = true;
      }),
      'transaction.ending': when(['by hand'], ({ as }, { transaction }) => {
        if (as === 'commit' && transaction?.line !== undefined) committed.add(transaction.line);
      }),
      'session.ended': when(['by hand'], ({ by, site: endedAt }, session) => {
        const { line, site } = session.transaction ?? {};
        const written = line === undefined || committed.has(line) ? undefined : lostIn(session, courses);
        if (line === undefined || written === undefined) return;
        const dropped = lines.get(line) ?? { count: 0, written: new Set() };
        dropped.count += 1;
        lines.set(line, Object.assign(dropped, { site, endedAt, session, isEnded: by !== 'close' }));
        for (const one of written) dropped.written.add(one);
        if (dropped.count === most) reportUnlessCommitted(line, dropped);
      }),
      'client.closed'() {
        for (const [line, dropped] of lines) if (dropped.count < most) reportUnlessCommitted(line, dropped);
        lines.clear();
      },
    };
  },
});

function reportOf({ count, written, site, endedAt, session, isEnded }: Dropped, most: number) {
  const messageId = count === 1 ? ('one' as const) : ('several' as const);
  const data = { count, written: [...written].slice(0, 3).join(', ') };
  return { messageId, data, site, endedAt, session, doubt: count < most && isEnded ? doubt : undefined };
}

function courseOf(courses: Courses, transaction: TransactionRecord): Course {
  const course = courses.get(transaction) ?? { written: new Set(), failed: false };
  courses.set(transaction, course);
  return course;
}

function writes({ kind }: Operation): boolean {
  return kind === 'write' || kind === 'batch';
}

/** The writes of the transaction that ends with its session, if all operations have succeeded. */
function lostIn(session: SessionRecord, courses: Courses): ReadonlySet<string> | undefined {
  const { transaction } = session;
  if (transaction?.by !== 'user' || !inTransaction(session)) return undefined;
  const course = courses.get(transaction);
  if (course === undefined || course.failed || course.written.size === 0) return undefined;
  const open = [...session.openOperations.values()].some(operation => operation.inTransaction);
  return open ? undefined : course.written;
}
