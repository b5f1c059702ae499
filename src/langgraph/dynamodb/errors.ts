import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';

const docs = 'docs/langgraph-dynamodb.md';

/** A config, a checkpoint or a name that cannot be kept: refused before anything is sent. */
export function badConfig(message: string): SessionGuardError {
  return new SessionGuardError(codes.checkpointConfig, message, { docs });
}

export function setUpFailed(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.checkpointSetUp, message, { cause, docs });
}

/** @param cause what kept it from being done, where that is known: throttling, a conflict */
export function tooLate(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.checkpointTimeout, message, { cause, docs });
}

/** What is stored is there, and not whole, or not understood. Never means that there is no checkpoint. */
export function unreadable(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.checkpointUnreadable, message, { cause, docs });
}

export function threadDeleted(message: string): SessionGuardError {
  return new SessionGuardError(codes.checkpointThreadDeleted, message, { docs });
}

export function ancestorGone(message: string): SessionGuardError {
  return new SessionGuardError(codes.checkpointAncestorGone, message, { docs });
}
