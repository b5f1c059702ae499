import { codes } from '../../errors/codes.ts';
import { docsAddress } from '../../errors/docs-address.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { placeText } from '../../report/place.ts';
import type { AttemptScope } from '../../scope/async-scope.ts';
import type { Operation, Site } from '../../session/events.ts';
import { describe } from '../../rules/describe.ts';
import { docsOf } from '../../rules/rule.ts';
import { isCalledByCallback } from '../proof/callback-frames.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';

const rule = 'use-after-end';
const openCursor = 'open-cursor';

/**
 * True for an operation of an attempt that is over, which would land in the transaction that runs now, or between two
 * attempts. Without either there is nothing to protect: a worker that a callback once started may go on with the session.
 */
export function isLate(
  live: LiveSession,
  attempt: AttemptScope | undefined,
  inTransaction: boolean,
  below: (...args: never[]) => unknown,
): boolean {
  if (attempt?.over !== true || live.record.phase === 'ended') return false;
  // Between two attempts it would be written outside of both.
  if (!inTransaction && live.helper === undefined) return false;
  return live.attempt === attempt || !isCalledByCallback(below);
}

/** The error for what comes after the end: of the session, or of the attempt of a transaction that began it. */
export function lateUseOf(
  copy: DriverCopy,
  live: LiveSession,
  begun: Operation,
  late: boolean,
): Error | undefined {
  if (live.record.phase === 'ended')
    return expiredError(copy, live, `${describe(begun)} used it`, begun.site);
  return late ? attemptOverError(begun) : undefined;
}

/** Still a `MongoExpiredSessionError` for `instanceof`, whose message and properties tell the places. */
export function expiredError(
  copy: Pick<DriverCopy, 'files'>,
  live: LiveSession,
  use: string,
  site: Site | undefined,
): Error {
  const { startSite, endSite } = live.record;
  const places = { startedAt: placeText(startSite), endedAt: placeText(endSite), usedAt: placeText(site) };
  const message =
    `Cannot use a session that has ended: ${use}${at(places.usedAt)}. ` +
    `The session was started${at(places.startedAt)} and ended${at(places.endedAt)}. ` +
    'Await every operation before the session ends.';
  const { MongoExpiredSessionError } = copy.files ?? { MongoExpiredSessionError: Error };
  const error = new MongoExpiredSessionError(message);
  return Object.assign(error, {
    code: codes.expiredSession,
    rule,
    docs: docsAddress(docsOf(rule)),
    ...places,
  });
}

/** A straggler that slept while its attempt ended: it must not land in the next attempt's transaction. */
export function attemptOverError(begun: Operation): SessionGuardError {
  const message =
    `${describe(begun)} was begun by an attempt of a transaction that was already over, so it was not sent. ` +
    'Await everything that the callback starts before it returns.';
  return new SessionGuardError(codes.attemptOver, message, { rule, docs: docsOf(rule) });
}

/** What waited on the server for more documents when its cursor was killed there, since its session or transaction ended. */
export function cutOffError(
  copy: DriverCopy,
  live: LiveSession,
  begun: Operation,
  endedWith: 'session' | 'transaction',
): Error {
  if (endedWith === 'session')
    return expiredError(copy, live, `${describe(begun)} was waiting for documents`, begun.site);
  const message =
    `${describe(begun)} was cut off, because the transaction that its cursor was opened in has ended. ` +
    'Read the cursor to its end, or close it, inside the transaction.';
  return new SessionGuardError(codes.attemptOver, message, { rule: openCursor, docs: docsOf(openCursor) });
}

function at(place: string | undefined): string {
  return place === undefined ? '' : ` at ${place}`;
}
