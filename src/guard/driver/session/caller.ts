import type { Site } from '../../events/events.ts';

/** Passed along with a call that a runner makes itself. */
interface ByRunner {
  /** Where the user called the runner. */
  readonly site: Site | undefined;
  /** The options for the driver: the user's own object. */
  readonly options: object | undefined;
}

/** In the global registry, because the runner and the patched driver may belong to two copies of this package. */
const key: unique symbol = Symbol.for('session-guard.by-runner@1');

export interface MaybeByRunner {
  readonly [key]?: ByRunner;
}

const byRunner: MaybeByRunner = { [key]: { site: undefined, options: undefined } };

/** Starts a session for a runner, which also ends it. */
export function startByRunner<S>(
  client: { startSession(options: object): S },
  options: object | undefined,
  site: Site | undefined,
): S {
  // Beside the user's own options, for a client whose copy of the driver is not patched.
  return client.startSession({ ...options, [key]: { site, options } });
}

/** Ends a session for the runner that has started it. */
export function endByRunner(session: { endSession(options: object): Promise<void> }): Promise<void> {
  return session.endSession(byRunner);
}

/** Aborts for the runner whose call was stopped. */
export function abortByRunner(session: { abortTransaction(options: object): Promise<void> }): Promise<void> {
  return session.abortTransaction(byRunner);
}

/** The runner that makes a call, if there is one. */
export function callerOf(given: MaybeByRunner | undefined): ByRunner | undefined {
  return given?.[key];
}
