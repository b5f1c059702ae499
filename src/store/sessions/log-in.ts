import type { ClockReading, RevocationMark, RevocationMarkReading } from '../backend/revocation-mark.ts';
import { reading } from '../../platform/time/timed-calls.ts';
import { invalidArgument } from '../../errors/errors.ts';
import { logInRefused, refusalReasonOf } from '../errors.ts';
import type { StoreContext } from './store-context.ts';

/**
 * A log-in that has begun: plain data, to be kept on the server until the password is checked. If there is a `destroyAll` in
 * between, `create` refuses the log-in.
 */
export interface LogIn {
  readonly user: string;
  /** The epoch of the revocation mark of each of the user's keys. */
  readonly epochs: Readonly<Record<string, string>>;
}

export async function beginLogIn(context: StoreContext, user: string): Promise<LogIn> {
  const userKeys = context.userKeys.all(user);
  const readings = await Promise.all(userKeys.map(userKey => readRevocationMark(context, userKey)));
  const epochs = userKeys.map((userKey, index) => [userKey, readings[index]?.mark?.epoch ?? '']);
  return { user, epochs: Object.fromEntries(epochs) as Record<string, string> };
}

const task = reading("reading a user's revocation mark");

export function readRevocationMark(context: StoreContext, userKey: string): Promise<RevocationMarkReading> {
  return context.calls.run(task, (backend, call) => backend.readRevocationMark(userKey, call));
}

/** The proof of an authentication: a log-in that has begun, or its time. */
export interface Proof {
  readonly login?: LogIn | undefined;
  /** Milliseconds since 1970 by the clock of the application. */
  readonly authenticatedAt?: number | undefined;
}

export interface Admission {
  readonly epoch: string;
  readonly authenticatedAt: number | 'now';
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED */
export async function admit(
  context: StoreContext,
  user: string,
  userKey: string,
  proof: Proof,
): Promise<Admission> {
  const { login, authenticatedAt } = proof;
  if (login !== undefined)
    return { epoch: epochOf(login, user, userKey), authenticatedAt: authenticatedAt ?? 'now' };
  const askedAt = Date.now();
  const found = await readRevocationMark(context, userKey);
  const epoch = found.mark?.epoch ?? '';
  if (authenticatedAt === undefined) return { epoch, authenticatedAt: 'now' };
  return { epoch, authenticatedAt: converted(authenticatedAt, askedAt, found, found.mark) };
}

function epochOf(login: LogIn, user: string, userKey: string): string {
  if (login.user !== user)
    throw invalidArgument(
      'The login was begun for another user than the one that the session is created for.',
    );
  const epoch = login.epochs[userKey];
  if (epoch === undefined)
    throw logInRefused(
      'This log-in was begun with other secrets in keys.tag than the store has now. Begin it again.',
      'other keys',
    );
  return epoch;
}

/** Converts a time of the application into a time of the store: the earliest possible one. */
function converted(
  at: number,
  askedAt: number,
  store: ClockReading,
  mark: RevocationMark | undefined,
): number {
  const age = Date.now() - at;
  // The time of the mark is in whole milliseconds, too: a log-in that began within the same millisecond may have been before
  // it.
  const earliest = Math.floor(store.earliest - age - (Date.now() - askedAt));
  if (mark !== undefined && earliest <= mark.at) throw loggedOutEverywhere();
  return Math.max(0, earliest);
}

export function loggedOutEverywhere(): Error {
  return logInRefused(
    'This log-in began before its user was logged out everywhere, so it makes no session. Ask for the password again.',
    'logged out everywhere',
  );
}

/** Emits an audit event for a refused log-in. */
export async function auditingRefusal<R>({ audit }: StoreContext, logIn: Promise<R>): Promise<R> {
  try {
    return await logIn;
  } catch (error) {
    const reason = refusalReasonOf(error);
    if (reason !== undefined) audit.refused(reason);
    throw error;
  }
}
