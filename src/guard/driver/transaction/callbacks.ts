import { codes, warningCodes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import { notice } from '../../../platform/notices.ts';
import type { AttemptScope } from '../../scope/async-scope.ts';

/**
 * Runs the callbacks of `afterCommit` in order, and awaits each. If one fails, the others still run.
 * @throws SessionGuardError with the first failure as its `cause`, although the transaction is committed
 */
export async function runAfterCommit(attempt: AttemptScope | undefined): Promise<void> {
  const failures = await runAll(attempt?.afterCommit.splice(0) ?? []);
  if (failures.length === 0) return;
  const message =
    'The transaction was committed, but a callback of afterCommit failed (see cause). Do not run the transaction again: ' +
    'catch errors inside the callback.';
  throw new SessionGuardError(codes.afterCommit, message, { cause: failures[0] });
}

/** Runs the callbacks of `afterAbort`. The caller gets the error of the transaction, so a failure here becomes a warning. */
export async function runAfterAbort(attempt: AttemptScope | undefined): Promise<void> {
  for (const failure of await runAll(attempt?.afterAbort.splice(0) ?? [])) {
    notice(warningCodes.callbackFailed, 'A callback of afterAbort failed.', failure);
  }
}

async function runAll(callbacks: readonly (() => unknown)[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const callback of callbacks) {
    try {
      await callback();
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}
