import { guardOf } from '../../guard/shared-state.ts';
import { captureSite } from '../../guard/site-capture.ts';
import { attach, type SessionOptions } from '../session/attach.ts';
import { startByHelper, takeStarter } from '../session/caller.ts';
import { observeClose } from './close-client.ts';
import { observeConstruction } from './client-life.ts';
import { observeConnect } from './connect.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverClient, DriverSession } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';
import { tagImplicit } from '../operation/implicit-operations.ts';
import { noteStart } from '../proof/request-proof.ts';

type StartSession = (this: DriverClient, options?: SessionOptions) => DriverSession;
type WithSession = (this: DriverClient, ...args: unknown[]) => Promise<unknown>;

/** The public methods of `MongoClient` that sessions come from and end with. */
export function observeMongoClient(copy: DriverCopy): void {
  observeStartSession(copy);
  observeWithSession(copy);
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
      const { by, site } = takeStarter();
      const here = by === 'helper' ? site : captureSite(startSession);
      const session = original.call(this, options);
      const live = attach(session, guardOf(this), by, here, options ?? {});
      if (by === 'user') noteStart(live, startSession);
      return session;
    };
  });
}

function observeWithSession(copy: DriverCopy): void {
  replaceMethod<WithSession>(copy.MongoClient.prototype, 'withSession', original => {
    return function withSession(...args) {
      if (isImplicit(args[0])) return original.apply(this, args);
      // The driver starts the session before it first waits.
      return startByHelper(() => original.apply(this, args), guardOf(this).sites.capture(withSession));
    };
  });
}

/** Bulk writes without a session (from 6.11) run inside `withSession({ explicit: false }, …)`. */
function isImplicit(options: unknown): boolean {
  return (
    typeof options === 'object' && options !== null && 'explicit' in options && options.explicit === false
  );
}
