import { guardOf } from '../guard/shared-state.ts';
import { captureSite } from '../guard/site-capture.ts';
import { currentTransaction } from '../scope/lookup.ts';
import { attach } from './attach.ts';
import { startByHelper, takeStarter } from './caller.ts';
import { observeClose } from './close-client.ts';
import { observeConnect } from './connect.ts';
import type { DriverCopy } from './driver-copies.ts';
import { writes } from './classify.ts';
import type { DriverClient, DriverCursor, DriverSession } from './driver-types.ts';
import { sessionBehind } from './session-behind.ts';
import { replaceMethod } from './replace-method.ts';

interface SessionOptions {
  readonly explicit?: boolean;
  readonly owner?: symbol | DriverCursor;
}

type StartSession = (this: DriverClient, options?: SessionOptions) => DriverSession;
type WithSession = (this: DriverClient, ...args: unknown[]) => Promise<unknown>;

/** The public methods of `MongoClient` that sessions come from and end with. */
export function observeMongoClient(copy: DriverCopy): void {
  observeStartSession(copy);
  observeWithSession(copy);
  observeConnect(copy);
  observeClose(copy);
}

function observeStartSession(copy: DriverCopy): void {
  replaceMethod<StartSession>(copy.MongoClient.prototype, 'startSession', original => {
    return function startSession(options) {
      if (options?.explicit === false) {
        const session = isTransactionalCursor(options.owner) ? injected(this) : undefined;
        return session ?? original.call(this, options);
      }
      // Only the helper's own session: its callback may start others before the helper first waits.
      const { by, site } = takeStarter();
      const here = by === 'helper' ? site : captureSite(startSession);
      const session = original.call(this, options);
      attach(session, guardOf(this), by, here);
      return session;
    };
  });
}

/** A transaction takes find and aggregate; not listCollections, listIndexes, or a change stream. */
function isTransactionalCursor(owner: symbol | DriverCursor | undefined): boolean {
  if (typeof owner !== 'object') return false;
  const { name } = owner.constructor;
  return name === 'FindCursor' || (name === 'AggregationCursor' && !writes({ pipeline: owner.pipeline }));
}

/** A cursor or a bulk write asks for a session of its own: in a scope that injects it gets the transaction's. */
function injected(client: DriverClient): DriverSession | undefined {
  const attempt = currentTransaction(client)?.attempt;
  const session = attempt?.inject === true ? sessionBehind(attempt.session) : undefined;
  return session?.inTransaction() === true ? session : undefined;
}

function observeWithSession(copy: DriverCopy): void {
  replaceMethod<WithSession>(copy.MongoClient.prototype, 'withSession', original => {
    return function withSession(...args) {
      const [options, callback] = args;
      if (isImplicit(options)) {
        const session = injected(this);
        if (session !== undefined && typeof callback === 'function') return callback(session);
        return original.apply(this, args);
      }
      // The driver starts the session before it first waits.
      return startByHelper(() => original.apply(this, args), guardOf(this).sites.capture(withSession));
    };
  });
}

/** Bulk writes without a session run inside `withSession({ explicit: false }, …)`. */
function isImplicit(options: unknown): boolean {
  return (
    typeof options === 'object' && options !== null && 'explicit' in options && options.explicit === false
  );
}
