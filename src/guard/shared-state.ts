import { FindingHub } from './finding-hub.ts';
import { isAllowed } from '../scope/lookup.ts';
import { Spine } from '../session/spine.ts';
import { World } from '../session/world.ts';
import type { Finding } from '../report/finding.ts';
import { Reporter } from '../report/reporter.ts';
import { nextId } from '../session/ids.ts';
import { type ConfiguredRule, configureRules } from '../policy/configure.ts';
import { rules } from '../rules/registry.ts';
import { warnOnConsole } from '../sinks/console.ts';
import { publishOnChannel } from '../sinks/channel.ts';
import { debugEvents, debugFinding } from '../sinks/debug.ts';
import { ClientGuard } from './client-guard.ts';
import { sinkFailed } from './failures.ts';
import type { LiveSession } from './live-session.ts';
import { processWide } from './process-wide.ts';
import { type GuardSettings, observing } from './settings.ts';

/** What all copies of this package in the process share: the first one makes it, later ones join. */
export interface SharedState {
  readonly spine: Spine;
  /** Hears every finding of the process. */
  readonly hub: FindingHub;
  readonly guards: WeakMap<object, ClientGuard>;
  readonly sessions: WeakMap<object, LiveSession>;
  /** Hear of each session that is started. */
  readonly sessionListeners: Set<(session: LiveSession) => void>;
  /** The folders of the driver copies that are observed. */
  readonly copies: Map<string, unknown>;
  /** For clients without a manager: one reporter, so that a place is reported once whatever client it is hit through. */
  readonly reporter: Reporter;
  readonly unmanaged: UnmanagedPlan;
  /** Whether findings are printed as process warnings at all, whatever a manager wants. */
  readonly output: { warnings: boolean };
}

/** How clients without a manager are guarded. The preload sets it, before the first client is made. */
export interface UnmanagedPlan {
  rules: readonly ConfiguredRule[];
  settings: GuardSettings;
}

function createState(): SharedState {
  const spine = new Spine(new World(), sinkFailed);
  const debugSink = debugEvents();
  if (debugSink !== undefined) spine.addSink(debugSink);
  const hub = new FindingHub();
  const output = { warnings: true };
  const deliver = (finding: Finding) => {
    hub.deliver(finding);
    if (output.warnings) warnOnConsole(finding);
    publishOnChannel(finding);
    debugFinding(finding);
  };
  return {
    spine,
    hub,
    guards: new WeakMap(),
    sessions: new WeakMap(),
    sessionListeners: new Set(),
    copies: new Map(),
    reporter: new Reporter({ deliver, repeat: finding => hub.repeat(finding), isAllowed }),
    unmanaged: { rules: configureRules(rules), settings: observing },
    output,
  };
}

export const shared: SharedState = processWide('state', createState);

/** The guard of a client; one that nobody manages is only observed, unless the preload says otherwise. */
export function guardOf(client: object): ClientGuard {
  const known = shared.guards.get(client);
  if (known !== undefined) return known;
  const { unmanaged } = shared;
  const guard = new ClientGuard(
    nextId('client'),
    shared.spine,
    shared.reporter,
    unmanaged.rules,
    unmanaged.settings,
  );
  shared.guards.set(client, guard);
  return guard;
}

/** True for the guard of a client without a manager. */
export function isUnmanaged(guard: ClientGuard): boolean {
  return guard.reporter === shared.reporter;
}
