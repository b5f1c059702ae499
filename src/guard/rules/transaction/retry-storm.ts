import { type HiddenField, hiddenField } from '../../../platform/hidden-field.ts';
import type { Site } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import { nameOfError } from '../engine/describe.ts';
import { type LeftAttempt, LeftAttempts } from '../parts/left-attempts.ts';
import { type RetryCause, RetryCauses } from '../parts/retry-cause.ts';
import { defineRule, docsOf, type Handlers, type Report, when } from '../engine/rule.ts';

/** The attempts of one transaction, one after another. */
interface Tries {
  attempts: number;
  /** When the first retry began. */
  readonly since: number;
  cause: RetryCause | undefined;
  /** The object of the conflicts of attempts with new sessions. */
  readonly target?: string | undefined;
  reported: boolean;
}

type AllTries = HiddenField<SessionRecord, Tries | undefined>;

const fix =
  'Give transactions that want the same document one key, withTxn(fn, { serializeBy: key }), keep them short, and look at what else writes there or waits for it.';

/** A transaction is retried many times, because it conflicts with others. */
export const retryStorm = defineRule({
  meta: {
    id: 'retry-storm',
    category: 'performance',
    docs: docsOf('retry-storm'),
    recommended: 'warn',
    defaults: { attempts: 5, afterMS: 1000 },
    messages: {
      conflict: {
        says: 'A transaction has reached attempt {attempts}, after {seconds} s of retries: {operation} was answered with {error}.',
        fix,
      },
      unknown: {
        says: 'A transaction has reached attempt {attempts}, after {seconds} s of retries: its callback fails with an error that may be retried.',
        fix,
      },
    },
  },
  create({ options, report, placeOf, sessionsOf }) {
    const { attempts: most, afterMS } = options;
    const tries: AllTries = hiddenField();
    const check = checkOf(report, most, afterMS);
    const failures = new RetryCauses();
    const causes = hiddenField<SessionRecord, ReturnType<RetryCauses['of']>>();
    const left = new LeftAttempts({ placeOf, sessionsOf });

    return {
      ...watchFailures(failures, left),
      'transaction.started'(event, session) {
        const { at, by, site } = event;
        const { transaction: before } = session;
        if (before === undefined) {
          const attempt = left.takenUpBy(event);
          if (attempt !== undefined) check(takeUp(tries, session, attempt, at), at, site);
          return;
        }
        if (before.phase === 'active') return;
        const cause = failures.of(before, at);
        causes.set(session, cause);
        // A transaction runner's own loop counts its attempts.
        if (by !== 'user') return;
        if (cause === undefined || cause === 'other' || !isSame(placeOf(before.site), placeOf(site)))
          tries.set(session, undefined);
        else check(count(tries, session, (tries.get(session)?.attempts ?? 1) + 1, at, cause), at, site);
      },
      'transaction.retried'({ at, attempt }, session) {
        const cause = causes.get(session);
        if (cause === 'other') return;
        check(count(tries, session, attempt, at, cause), at, session.transaction?.site);
      },
    };
  },
});

/** Records why transactions have failed, and which of them may be tried again with another session. */
function watchFailures(failures: RetryCauses, left: LeftAttempts): Handlers {
  const note = ({ at }: { readonly at: number }, session: SessionRecord): void => {
    const { transaction } = session;
    const cause = transaction && failures.of(transaction, at);
    if (transaction === undefined || cause === undefined || cause === 'other') return;
    left.add({ session, transaction, cause, target: failures.targetOf(transaction), at });
  };
  return {
    'operation.conflicted'({ operation, documents, holder }, { transaction }) {
      if (transaction !== undefined)
        failures.conflicted(transaction, operation, documents, holder !== undefined);
    },
    'transaction.failed'(event, session) {
      if (session.transaction !== undefined) failures.commitFailed(session.transaction, event.error);
      note(event, session);
    },
    'transaction.aborted': note,
    'session.ended': when(['open transaction'], note),
  };
}

/** Reports a series of attempts once, when it has become too long. */
function checkOf(report: (report: Report<'conflict' | 'unknown'>) => void, most: number, afterMS: number) {
  return (now: Tries, at: number, site: Site | undefined): void => {
    const { attempts, since, cause, reported } = now;
    if (reported || (attempts < most && at - since < afterMS)) return;
    now.reported = true;
    const data = { attempts, seconds: Math.round((at - since) / 100) / 10 };
    if (cause === undefined) return report({ messageId: 'unknown', data, site });
    const { operation, error } = cause;
    const about = { ...data, operation, error: nameOfError(error) };
    const places = { site: cause.site, nearby: site, startedAt: site, started: 'transaction' } as const;
    report({ messageId: 'conflict', data: about, ...places });
  };
}

function isSame(place: string | undefined, other: string | undefined): boolean {
  return place !== undefined && place === other;
}

/** A new session continues the attempts of another session, if the conflict is about the same documents. */
function takeUp(
  all: AllTries,
  session: SessionRecord,
  { session: before, cause, target }: LeftAttempt,
  at: number,
): Tries {
  const known = all.get(before);
  const tries: Tries =
    known === undefined || (known.target !== undefined && known.target !== target)
      ? { attempts: 1, since: at, cause, target, reported: false }
      : { ...known, cause, target };
  tries.attempts += 1;
  all.set(session, tries);
  return tries;
}

function count(
  all: AllTries,
  session: SessionRecord,
  attempts: number,
  at: number,
  cause: RetryCause | undefined,
): Tries {
  const known = attempts > 2 ? all.get(session) : undefined;
  const tries = known ?? { attempts, since: at, cause, reported: false };
  tries.attempts = attempts;
  tries.cause = cause ?? tries.cause;
  all.set(session, tries);
  return tries;
}
