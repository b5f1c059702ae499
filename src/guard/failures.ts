import { warningCodes } from '../errors/codes.ts';
import { notice } from './notices.ts';

/** A bug in a rule is contained: the rule is out of use, the program goes on. */
export function ruleFailed(rule: string, error: unknown): void {
  notice(
    warningCodes.ruleFailed,
    `The rule ${rule} has thrown and is out of use. This is a bug in session-guard.`,
    error,
  );
}

/** A bug in what looks at operations is contained: the operation goes on unobserved. */
export function observationFailed(error: unknown): void {
  const message =
    'An operation could not be observed, and was passed on as it is. This is a bug in session-guard.';
  notice(warningCodes.observationFailed, message, error);
}

/** What a bug of this package must not keep from happening: the answer is undefined then. */
export function safely<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (bug) {
    observationFailed(bug);
    return undefined;
  }
}

export function sinkFailed(error: unknown): void {
  notice(warningCodes.sinkFailed, 'A sink of session events has thrown and gets no more of them.', error);
}
