import type { Site } from '../../events/events.ts';

/** Passed along with a call that a runner makes itself. */
interface ByHelper {
  /** Where the user called the runner. */
  readonly site: Site | undefined;
  /** The options for the driver: the user's own object. */
  readonly options: object | undefined;
}

/** In the global registry, because the runner and the patched driver may belong to two copies of this package. */
const key: unique symbol = Symbol.for('session-guard.by-helper@1');

export interface MaybeByHelper {
  readonly [key]?: ByHelper;
}

const byRunner: MaybeByHelper = { [key]: { site: undefined, options: undefined } };

/** Starts a session for a runner, which also ends it. */
export function startByHelper<S>(
  client: { startSession(options: object): S },
  options: object | undefined,
  site: Site | undefined,
): S {
  // Beside the user's own options, for a client whose copy of the driver is not patched.
  return client.startSession({ ...options, [key]: { site, options } });
}

/** Ends a session for the runner that has started it. */
export function endByHelper(session: { endSession(options: object): Promise<void> }): Promise<void> {
  return session.endSession(byRunner);
}

/** Aborts for the runner whose call was stopped. */
export function abortByHelper(session: { abortTransaction(options: object): Promise<void> }): Promise<void> {
  return session.abortTransaction(byRunner);
}

/** The runner that makes a call, if there is one. */
export function callerOf(given: MaybeByHelper | undefined): ByHelper | undefined {
  return given?.[key];
}
