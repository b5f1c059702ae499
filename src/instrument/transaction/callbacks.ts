import { codes, warningCodes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import { notice } from '../../guard/notices.ts';
import type { AttemptScope } from '../../scope/async-scope.ts';

/**
 * Runs what `afterCommit` was given, in order, each awaited. All run, whatever one of them does.
 * @throws SessionGuardError with the first failure as its `cause`: the transaction is committed all the same
 */
export async function runAfterCommit(attempt: AttemptScope | undefined): Promise<void> {
  const failures = await runAll(attempt?.afterCommit.splice(0) ?? []);
  if (failures.length === 0) return;
  const message =
    'The transaction was committed, but a callback of afterCommit failed (see cause). Do not run the transaction again: ' +
    'catch errors inside the callback.';
  throw new SessionGuardError(codes.afterCommit, message, { cause: failures[0] });
}

/** Runs what `afterAbort` was given. The transaction's own error goes to the caller, so a failure here becomes a warning. */
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
