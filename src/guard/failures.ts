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

export function sinkFailed(error: unknown): void {
  notice(warningCodes.sinkFailed, 'A sink of session events has thrown and gets no more of them.', error);
}
