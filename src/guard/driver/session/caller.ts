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

/** A class gives all these objects one shape; a literal with this key gets none. */
class OptionsByRunner implements MaybeByRunner {
  readonly [key]: ByRunner;

  constructor(site: Site | undefined, options: object | undefined) {
    this[key] = { site, options };
  }
}

const byRunner: MaybeByRunner = new OptionsByRunner(undefined, undefined);

/** Starts a session for a runner, which also ends it. */
export function startByRunner<S>(
  client: { startSession(options: object): S },
  options: object | undefined,
  site: Site | undefined,
): S {
  const given = new OptionsByRunner(site, options);
  // Beside the user's own options, for a client whose copy of the driver is not patched.
  return client.startSession(options === undefined ? given : { ...options, [key]: given[key] });
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
