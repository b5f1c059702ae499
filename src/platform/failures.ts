import { warningCodes } from '../errors/codes.ts';
import { notice } from './notices.ts';

/** A bug in a rule is caught: the rule is switched off, the program continues. */
export function ruleFailed(rule: string, error: unknown): void {
  notice(
    warningCodes.ruleFailed,
    `The rule ${rule} has thrown and is out of use. This is a bug in session-guard.`,
    error,
  );
}

/** A bug in the observing code is caught: the operation continues unobserved. */
export function observationFailed(error: unknown): void {
  const message =
    'An operation could not be observed, and was passed on as it is. This is a bug in session-guard.';
  notice(warningCodes.observationFailed, message, error);
}

/** Returns undefined if `look` throws, so that a bug of this package does not affect the program. */
export function safely<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (bug) {
    observationFailed(bug);
    return undefined;
  }
}

/**
 * Asks a function that the program has given as an option. One that throws, or is async and rejected, is named in a warning, and
 * its answer is missing.
 * @param what `The function 'id' of requestScope`
 */
export function askOption<T>(what: string, ask: () => T): T | undefined {
  const failed = (error: unknown) =>
    notice(warningCodes.callbackFailed, `${what} has thrown: findings go without its answer.`, error);
  try {
    const answer = ask();
    if (answer instanceof Promise) answer.catch(failed);
    return answer;
  } catch (error) {
    failed(error);
    return undefined;
  }
}

export function sinkFailed(error: unknown): void {
  notice(warningCodes.sinkFailed, 'A sink of session events has thrown and gets no more of them.', error);
}
