import type { Site } from '../../events/events.ts';
import type { RunTrack } from '../../runtime/tracking/run-track.ts';
import type { RunnerControl } from '../../runtime/transaction/wanted.ts';

/** The wishes of `withTxn` for its call of `withTransaction`. */
export interface RunnerSetup {
  readonly inject: boolean;
  readonly control: RunnerControl;
  /** The name of transactions that do the same work. */
  readonly name: string | undefined;
  /** Follows the call from its beginning, which may be before a wait for its turn; undefined if nobody follows. */
  readonly track: RunTrack | undefined;
  /** The callback of the call, of which the runner's is made. */
  readonly callback: unknown;
  /** `nested: 'new'`: the user wants a separate transaction. */
  readonly ownTransaction: boolean;
  /** The object by which a closing client recognises the running callback. */
  readonly token: object;
  /** The place of the call of `withTxn`: the runner may be called after a wait for a connection, without the user's stack. */
  readonly site: Site | undefined;
  /** The options for the driver. */
  readonly options: object;
}

/** In the global registry, because `withTxn` and the patched driver may belong to two copies of this package. */
const key: unique symbol = Symbol.for('session-guard.runner-setup@1');

export interface WithSetup {
  readonly [key]?: RunnerSetup;
}

/** Nearly always there are no options. A class gives all these objects one shape; a literal with this key gets none. */
class OptionsWithSetup implements WithSetup {
  readonly [key]: RunnerSetup;

  constructor(setup: RunnerSetup) {
    this[key] = setup;
  }
}

/** The options of a `withTransaction` that is called for `withTxn`. */
export function withSetup(setup: RunnerSetup): object {
  const given = new OptionsWithSetup(setup);
  return Object.keys(setup.options).length === 0 ? given : { ...setup.options, [key]: setup };
}

/** The setup of a call; undefined for a call of the user. */
export function setupOf(given: WithSetup | undefined): RunnerSetup | undefined {
  return given?.[key];
}
