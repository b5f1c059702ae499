import { codes } from '../../../errors/codes.ts';
import { docsAddress } from '../../../errors/docs-address.ts';
import { follow } from '../../../platform/follow.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import { startingBelow } from '../../stack/own-frames.ts';
import { at, placeText } from '../../stack/place.ts';
import { describe } from '../../rules/engine/describe.ts';
import { docsOf } from '../../rules/engine/rule.ts';
import type { Site } from '../../events/events.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverClient, DriverOperation } from '../copies/driver-types.ts';
import { classify, namespaceOf } from '../command/classify.ts';
import { streamOver } from './streams.ts';
import type { StackStart } from '../../stack/stack.ts';

const rule = 'client-use-after-close';

/** A fetch with a session of the driver itself, sent unless the close of its client has cut off the cursor. */
export function sendFetch(
  copy: DriverCopy,
  client: DriverClient,
  operation: DriverOperation,
  below: StackStart,
  send: () => unknown,
): unknown {
  if (isCutByClose(client, operation)) {
    const site = guardOf(client).sites.capture(below, siteOfStream(operation));
    return Promise.reject(startingBelow(cutByClose(copy, client, operation, site), below));
  }
  const sent = send();
  if (!(sent instanceof Promise) || !guardOf(client).settings.protect) return sent;
  const rejectionOf = (error: unknown) =>
    closedUnderway(copy, client, operation, error, siteOfStream(operation)) ?? error;
  return follow(sent, () => undefined, rejectionOf);
}

/** True for a fetch of a protected client that is closed or being closed, also after it was opened again. */
export function isCutByClose(client: DriverClient, operation: DriverOperation): boolean {
  const { cursorId, session } = operation;
  if (cursorId === undefined) return false;
  const guard = guardOf(client);
  if (!guard.settings.protect || classify(operation).kind === 'killCursors') return false;
  // A cursor that is older than the close has a session that is older than the close.
  if (guard.phase === 'closing' || client.topology === undefined) return true;
  return session?.explicit !== true && session?.hasEnded === true;
}

/** The errors of a driver that was closed. */
const closed = /^Mongo(?:\w*Closed|ExpiredSession)Error$/;

/** The server's error for a fetch of a cursor that does not exist any more. */
const cursorIsGone = new Set<unknown>([43, 237]);

export function saysCursorIsGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && cursorIsGone.has(error.code);
}

/** The error for a fetch that was in flight when its client was closed. */
export function closedUnderway(
  copy: DriverCopy,
  client: DriverClient,
  operation: DriverOperation,
  error: unknown,
  site: Site | undefined,
): Error | undefined {
  if (!(error instanceof Error) || !isCutByClose(client, operation)) return undefined;
  if (!closed.test(error.name) && !saysCursorIsGone(error)) return undefined;
  return cutByClose(copy, client, operation, site, error);
}

/** Still a `MongoNotConnectedError` for `instanceof`; its message and properties name the places. */
export function cutByClose(
  copy: DriverCopy,
  client: DriverClient,
  operation: DriverOperation,
  site: Site | undefined,
  cause?: Error,
): Error {
  const places = { endedAt: placeText(guardOf(client).closeSite), usedAt: placeText(site) };
  const { command, kind } = classify(operation);
  const what = describe({ command, namespace: namespaceOf(operation, kind) });
  const message =
    `Cannot read from a client that was closed${at(places.endedAt)}: ${what} used it${at(places.usedAt)}, ` +
    'and its cursor has not come to an end. Close the client when nothing is read from it any more.';
  const { MongoNotConnectedError } = copy.files ?? { MongoNotConnectedError: Error };
  const error = new MongoNotConnectedError(message);
  if (cause !== undefined) error.cause = cause;
  return Object.assign(error, { code: codes.closed, rule, docs: docsAddress(docsOf(rule)), ...places });
}

/** The owner of a session that was made for a cursor is the cursor. */
function siteOfStream({ session }: DriverOperation): Site | undefined {
  const owner = session?.owner;
  return typeof owner === 'object' ? streamOver(owner)?.site : undefined;
}
