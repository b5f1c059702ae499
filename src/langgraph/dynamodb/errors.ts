import { cleanCause } from '../../errors/clean-cause.ts';
import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';

const docs = 'docs/langgraph-dynamodb.md';

/** A config, a checkpoint or a name that cannot be stored: refused before anything is sent. */
export function badConfig(message: string): SessionGuardError {
  return new SessionGuardError(codes.checkpointConfig, message, { docs });
}

export function setUpFailed(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.checkpointSetUp, message, { cause: cleanCause(cause), docs });
}

/** A value of the state that JSON cannot represent: refused before anything is sent. */
export function unstorable(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.checkpointUnstorable, message, { cause, docs });
}

/** @param cause the reason, if it is known: throttling, a conflict */
export function tooLate(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.checkpointTimeout, message, { cause: cleanCause(cause), docs });
}

/** A stored record is incomplete, or has an unknown format. It never means that there is no checkpoint. */
export function unreadable(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.checkpointUnreadable, message, { cause: cleanCause(cause), docs });
}

/** @param message says which record was not stored, and what to do if the run was active */
export function threadDeleted(message: string): SessionGuardError {
  const notNewer =
    "If the run began after the deletion, its ids are not newer than the deleted ones: see whether this machine's clock is behind.";
  return new SessionGuardError(codes.checkpointThreadDeleted, `${message} ${notNewer}`, { docs });
}

export function ancestorGone(message: string): SessionGuardError {
  return new SessionGuardError(codes.checkpointAncestorGone, message, { docs });
}
