import { commitUnknown, SessionGuardTimeoutError } from '../../../errors/errors.ts';
import { longestTimerMS } from '../../../platform/time/clock.ts';
import type { TxnPlan } from '../options/txn-options.ts';
import type { TxnControl } from './txn-control.ts';

/**
 * Rejects as soon as the time is up or the signal is aborted. The work itself continues to its next step, stops there, and ends
 * its session; its own outcome is not used.
 */
export function withinLimits<T>(plan: TxnPlan, control: TxnControl, start: () => Promise<T>): Promise<T> {
  const { timeoutMS, signal } = plan;
  if (timeoutMS === undefined && signal === undefined) return start();
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stop = (reason: unknown) => {
      control.stop(reason);
      reject(reason);
    };
    const onAbort = () => stop(control.committing ? commitUnknown(signal?.reason) : signal?.reason);
    const timer =
      timeoutMS === undefined
        ? undefined
        : setTimeout(() => stop(timeUp(timeoutMS, control)), Math.min(timeoutMS, longestTimerMS));
    const clear = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    start().then(resolve, reject).finally(clear);
  });
}

function timeUp(timeoutMS: number, control: TxnControl): SessionGuardTimeoutError {
  const { attempt, committing, lastError } = control;
  const when = attempt === 0 ? 'before its first attempt' : `in attempt ${attempt}`;
  const message = `withTxn was stopped after ${timeoutMS} ms, ${when}. ${outcomeOf(control)}`;
  return new SessionGuardTimeoutError(message, { cause: lastError, commitOutcomeUnknown: committing });
}

function outcomeOf({ committing, committed }: TxnControl): string {
  if (committed) return 'It was committed; its afterCommit functions had not ended.';
  return committing
    ? 'The commit had been sent and was not answered yet: the transaction may have been committed.'
    : 'It is rolled back.';
}
