import type { Site } from '../session/events.ts';
import type { SessionRecord } from '../session/record.ts';
import { nameOfError } from './describe.ts';
import { type RetryCause, RetryCauses } from './parts/retry-cause.ts';
import { defineRule, docsOf } from './rule.ts';

/** The attempts of one transaction, one after the other. */
interface Tries {
  attempts: number;
  /** When the first retry began. */
  readonly since: number;
  cause: RetryCause | undefined;
  reported: boolean;
}

const fix =
  'Give transactions that want the same document one key, withTxn(fn, { serializeBy: key }), keep them short, and look at what else writes there or waits for it.';

/** A transaction is run again and again, because others are in its way. */
export const retryStorm = defineRule({
  meta: {
    id: 'retry-storm',
    category: 'performance',
    docs: docsOf('retry-storm'),
    recommended: 'warn',
    defaults: { attempts: 5, afterMS: 1000 },
    messages: {
      conflict: {
        says: 'A transaction has come to attempt {attempts}, after {seconds} s of retries: {operation} was answered with {error}.',
        fix,
      },
      unknown: {
        says: 'A transaction has come to attempt {attempts}, after {seconds} s of retries: its callback fails with an error that may be retried.',
        fix,
      },
    },
  },
  create({ options, report, placeOf }) {
    const { attempts: most = 5, afterMS = 1000 } = options;
    const tries = new WeakMap<SessionRecord, Tries>();
    const failures = new RetryCauses();
    const causes = new WeakMap<SessionRecord, ReturnType<RetryCauses['of']>>();

    function isSame(one: Site | undefined, other: Site | undefined): boolean {
      const place = placeOf(one);
      return place !== undefined && place === placeOf(other);
    }

    function check(now: Tries, at: number, site: Site | undefined): void {
      const { attempts, since, cause, reported } = now;
      if (reported || (attempts < most && at - since < afterMS)) return;
      now.reported = true;
      const data = { attempts, seconds: Math.round((at - since) / 100) / 10 };
      if (cause === undefined) return report({ messageId: 'unknown', data, site });
      const { operation, error } = cause;
      const about = { ...data, operation, error: nameOfError(error) };
      const places = { site: cause.site, nearby: site, startedAt: site, started: 'transaction' } as const;
      report({ messageId: 'conflict', data: about, ...places });
    }

    return {
      'transaction.failed'({ error }, { transaction }) {
        if (transaction !== undefined) failures.commitFailed(transaction, error);
      },
      'transaction.started'({ at, by, site }, session) {
        const { transaction: before } = session;
        if (before === undefined || before.phase === 'active') return;
        const cause = failures.of(before, at);
        causes.set(session, cause);
        // Of a helper its own loop says which attempt it is.
        if (by !== 'user') return;
        if (cause === undefined || cause === 'other' || !isSame(before.site, site)) tries.delete(session);
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

function count(
  all: WeakMap<SessionRecord, Tries>,
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
