import { guardOf } from '../../guard/shared-state.ts';
import { captureSite } from '../../guard/site-capture.ts';
import { withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import { attach, type SessionOptions } from '../session/attach.ts';
import { takeStarter } from '../session/caller.ts';
import { observeClose } from './close-client.ts';
import { observeConstruction } from './client-life.ts';
import { observeConnect } from './connect.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverClient, DriverSession } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';
import { tagImplicit } from '../operation/implicit-operations.ts';
import { noteStart } from '../proof/request-proof.ts';

type StartSession = (this: DriverClient, options?: StartOptions) => DriverSession;

interface StartOptions extends SessionOptions {
  /** Of a session that the driver starts for a call of its own. */
  readonly owner?: unknown;
}

/** The public methods of `MongoClient` that sessions come from and end with. */
export function observeMongoClient(copy: DriverCopy): void {
  observeStartSession(copy);
  observeConstruction(copy);
  observeConnect(copy);
  observeClose(copy);
}

function observeStartSession(copy: DriverCopy): void {
  replaceMethod<StartSession>(copy.MongoClient.prototype, 'startSession', original => {
    return function startSession(options) {
      if (options?.explicit === false) {
        const implicit = original.call(this, options);
        tagImplicit(implicit);
        return implicit;
      }
      // Only the helper's own session: its callback may start others before the helper first waits.
      const starter = takeStarter();
      const by = isOfWithSession(options ?? {}) ? 'helper' : starter.by;
      const here = starter.by === 'helper' ? starter.site : captureSite(startSession);
      const session = start(() => original.call(this, options));
      const live = attach(session, guardOf(this), by, here, options ?? {});
      if (by === 'user') noteStart(live, startSession);
      return session;
    };
  });
}

function start(make: () => DriverSession): DriverSession {
  try {
    return withRoom(make);
  } catch (error) {
    throw withoutOwnFrames(error);
  }
}

/**
 * The driver's `withSession` is not patched, so that its callers get its own promise: it is known by the owner that it names.
 * It starts its session before it first waits, and ends it.
 */
function isOfWithSession({ owner }: StartOptions): boolean {
  return typeof owner === 'symbol';
}
