import { clock } from '../../../platform/time/clock.ts';
import type { TransactionSummary } from './transaction-summary.ts';
import type { TransactionRecord } from '../../events/record.ts';
import type { LiveSession } from '../session/live-session.ts';
import { summarize } from '../session/summarize.ts';
import type { TransactionEnd } from '../tracking/work-tracker.ts';
import type { TransactionRun } from './transaction-run.ts';

/** How a run ended, as far as its state does not say it. */
export type RunEnd = { readonly error: unknown } | 'abort' | 'session ended' | undefined;

/**
 * The run is over: its trackers and the listeners of its manager hear of it, once, and one that was aborted is counted.
 * @param transaction the record of the run's last transaction
 */
export function announceRunEnd(
  live: LiveSession,
  run: TransactionRun,
  end?: RunEnd,
  transaction = live.record.transaction,
): void {
  if (run.isReported || !wasStarted(run)) return;
  const outcome = outcomeOf(run);
  const { attempts } = run;
  const failure = failureOf(run, end);
  run.advance({ type: 'reported', outcome, attempts, failure });
  if (outcome === 'aborted') live.guard.counters.transactionsAborted += 1;
  if (live.guard.runListeners.size === 0) return;
  const summary = summaryOf(live, run, end, { outcome, attempts, failure }, transaction);
  for (const listen of live.guard.runListeners) listen(summary);
}

/** Each session has a run from its beginning, also if nobody starts a transaction. */
function wasStarted({ by, attempts }: TransactionRun): boolean {
  return by === 'runner' || attempts > 0;
}

function outcomeOf({ hasCommitted, phase }: TransactionRun): TransactionEnd['outcome'] {
  if (hasCommitted) return 'committed';
  return phase === 'unknown' ? 'unknown' : 'aborted';
}

/** The error as the caller gets it: the loop has seen another one if the call was stopped. */
function failureOf(
  { wanted: { control }, phase, commitFailure }: TransactionRun,
  end: RunEnd,
): TransactionEnd['failure'] {
  // A commit of unknown outcome that was not sent again: its caller got this error, whatever has failed before.
  if (typeof end !== 'object') return phase === 'unknown' ? commitFailure : undefined;
  return control === undefined ? end : { error: control.answer(end.error) };
}

function summaryOf(
  { guard, record: { id, context } }: LiveSession,
  run: TransactionRun,
  end: RunEnd,
  { outcome, attempts, failure }: TransactionEnd,
  transaction: TransactionRecord | undefined,
): TransactionSummary {
  const at = clock.now();
  const startedAt = run.operation?.at ?? transaction?.startedAt ?? at;
  const known = failure === undefined ? transaction?.firstFailure?.error : summarize(failure.error);
  const error = outcome === 'committed' ? undefined : known;
  return {
    v: 1,
    type: 'transaction.ended',
    at,
    client: guard.id,
    session: id,
    outcome,
    ...(outcome !== 'committed' && { reason: reasonOf(run, end) }),
    ...(error !== undefined && { error }),
    attempts,
    durationMS: at - startedAt,
    ...(run.wanted.name !== undefined && { name: run.wanted.name }),
    ...(context !== undefined && { context: context.read() }),
  };
}

function reasonOf({ phase, wanted }: TransactionRun, end: RunEnd): NonNullable<TransactionSummary['reason']> {
  if (wanted.control?.signal.aborted === true) return 'stopped';
  if (typeof end === 'object' || phase === 'unknown') return 'error';
  return end ?? 'abort';
}
