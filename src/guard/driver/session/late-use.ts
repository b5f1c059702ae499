import { codes } from '../../../errors/codes.ts';
import { docsAddress } from '../../../errors/docs-address.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { at, placeText } from '../../stack/place.ts';
import type { AttemptScope } from '../../scope/async-scope.ts';
import type { Operation, Site } from '../../events/events.ts';
import type { TransactionRecord } from '../../events/record.ts';
import { describe } from '../../rules/engine/describe.ts';
import { docsOf } from '../../rules/engine/rule.ts';
import { isCalledByCallback } from '../../attribution/callback-frames.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { StackStart } from '../../stack/stack.ts';

/** The end because of which a cursor is killed: of the session, or of a transaction. */
export type EndOf = 'session' | TransactionRecord;

const rule = 'use-after-end';
const openCursor = 'open-cursor';

/**
 * True for an operation of an attempt that is over, if it would run in the current transaction, or between two attempts.
 * Otherwise there is nothing to protect: a worker that a callback has started may continue to use the session.
 */
export function isLate(
  live: LiveSession,
  attempt: AttemptScope | undefined,
  inTransaction: boolean,
  below: StackStart,
): boolean {
  if (attempt?.over !== true || live.record.phase === 'ended') return false;
  // Between two attempts it would be written outside of both.
  if (!inTransaction && live.runner === undefined) return false;
  return live.run.attempt === attempt || !isCalledByCallback(below);
}

/** The error for what the callback of a call does after the call was stopped by a limit, which is not a fault of the program. */
export function stoppedError(begun: Parameters<typeof describe>[0]): SessionGuardError {
  const message =
    `${describe(begun)} was not sent: the withTxn around it was stopped by timeoutMS or signal. ` +
    'Pass txn.signal to what the callback waits for, so that it stops at once.';
  return new SessionGuardError(codes.attemptOver, message, { docs: 'docs/transactions.md' });
}

/** The error for an operation after the end: of the session, or of the attempt that began the operation. */
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

/** Still a `MongoExpiredSessionError` for `instanceof`; its message and properties name the places. */
export function expiredError(
  copy: Pick<DriverCopy, 'files'>,
  live: LiveSession,
  use: string,
  site: Site | undefined,
): Error {
  const { startSite, endSite, endedBy } = live.record;
  // The driver ends it deep inside its close, where the user's call is not on the stack any more.
  const places = placesOf(startSite, endedBy === 'close' ? live.guard.closeSite : endSite, site);
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

function placesOf(start: Site | undefined, end: Site | undefined, use: Site | undefined) {
  return { startedAt: placeText(start), endedAt: placeText(end), usedAt: placeText(use) };
}

/** For a straggler that slept while its attempt ended: it must not run in the transaction of the next attempt. */
export function attemptOverError(begun: Operation): SessionGuardError {
  const message =
    `${describe(begun)} was begun by an attempt of a transaction that was already over, so it was not sent. ` +
    'Await everything that the callback starts before it returns.';
  const error = new SessionGuardError(codes.attemptOver, message, { rule, docs: docsOf(rule) });
  return Object.assign(error, { usedAt: placeText(begun.site) });
}

/**
 * For a fetch whose cursor was killed, because its session, or the transaction in which it was opened, has ended.
 * @param waited whether the fetch was on the server at that time
 */
export function cutOffError(
  copy: DriverCopy,
  live: LiveSession,
  begun: Operation,
  endedWith: EndOf,
  waited: boolean,
): Error {
  if (endedWith === 'session') {
    const use = waited ? 'was waiting for documents' : 'used it';
    return expiredError(copy, live, `${describe(begun)} ${use}`, begun.site);
  }
  const places = placesOf(endedWith.site, endedWith.endSite, begun.site);
  const message =
    `${describe(begun)} was cut off${at(places.usedAt)}, because the transaction that its cursor was opened in has ended` +
    `${at(places.endedAt)}. Read the cursor to its end, or close it, inside the transaction.`;
  const error = new SessionGuardError(codes.attemptOver, message, {
    rule: openCursor,
    docs: docsOf(openCursor),
  });
  return Object.assign(error, places);
}
