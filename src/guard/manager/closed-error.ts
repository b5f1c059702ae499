import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import { docsOf } from '../rules/engine/rule.ts';

/** The error of a call of a manager that was closed. */
export function closedError(): SessionGuardError {
  const message =
    'This ConnectionManager has been closed. Close it last, when nothing needs it any more, or make a new one.';
  const rule = 'client-use-after-close';
  return new SessionGuardError(codes.closed, message, { rule, docs: docsOf(rule) });
}
