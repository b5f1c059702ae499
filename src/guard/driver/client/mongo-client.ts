import type { Site } from '../../events/events.ts';
import type { ClientGuard } from '../../runtime/client/client-guard.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import { captureSite } from '../../scope/site-capture.ts';
import { withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import type { StackStart } from '../../stack/stack.ts';
import { attach, type SessionOptions } from '../session/attach.ts';
import { type MaybeByRunner, callerOf } from '../session/caller.ts';
import { patchClose } from './close-client.ts';
import { patchConstruction } from './client-life.ts';
import { patchConnect } from './connect.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverClient, DriverSession } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import { tagImplicit } from '../command/implicit-operations.ts';
import { noteStart } from '../../attribution/request-attribution.ts';

type StartSession = (this: DriverClient, options?: StartOptions) => DriverSession;

interface StartOptions extends SessionOptions, MaybeByRunner {
  /** The options with which the driver starts a session for its own use. */
  readonly owner?: unknown;
}

/** The public methods of `MongoClient` that start sessions and end them. */
export function patchMongoClient(copy: DriverCopy): void {
  patchStartSession(copy);
  patchConstruction(copy);
  patchConnect(copy);
  patchClose(copy);
}

function patchStartSession(copy: DriverCopy): void {
  replaceMethod<StartSession>(copy.MongoClient.prototype, 'startSession', original => {
    return function startSession(given) {
      if (given?.explicit === false) {
        const implicit = original.call(this, given);
        tagImplicit(implicit);
        return implicit;
      }
      const runner = callerOf(given);
      const options: StartOptions | undefined = runner === undefined ? given : runner.options;
      const by = runner !== undefined || isOfWithSession(options) ? 'runner' : 'user';
      const guard = guardOf(this);
      const here = runner === undefined ? siteOfStart(guard, options, startSession) : runner.site;
      const session = start(() => original.call(this, options));
      const live = attach(session, guard, by, here, options ?? {});
      if (by === 'user') noteStart(live, startSession);
      return session;
    };
  });
}

/** A session of `withSession` cannot stay open: in production its place is captured as that of an operation, and not always. */
function siteOfStart(
  guard: ClientGuard,
  options: StartOptions | undefined,
  below: StackStart,
): Site | undefined {
  return isOfWithSession(options) ? guard.sites.capture(below) : captureSite(below);
}

function start(make: () => DriverSession): DriverSession {
  try {
    return withRoom(make);
  } catch (error) {
    throw withoutOwnFrames(error);
  }
}

/**
 * The driver's `withSession` is not patched, so that its callers get its own promise. Its session is recognised by the owner in
 * its options. It is started before the first wait, and ended by `withSession`.
 */
function isOfWithSession(options: StartOptions | undefined): boolean {
  return typeof options?.owner === 'symbol';
}
