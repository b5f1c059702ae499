import { FindingHub } from '../../findings/finding-hub.ts';
import { EventPipeline } from '../../events/event-pipeline.ts';
import { World } from '../../events/world.ts';
import type { FindingListener } from '../../findings/finding.ts';
import type { Reporter } from '../../findings/reporter.ts';
import { type HiddenField, hiddenField } from '../../../platform/hidden-field.ts';
import { nextId, processWide } from '../../../platform/process-wide.ts';
import { type ConfiguredRule, configureRules } from '../../rules/engine/configure.ts';
import { rules } from '../../rules/registry.ts';
import { reporterFor } from '../../findings/delivery.ts';
import { debugEvents } from '../../findings/sinks/debug.ts';
import { ClientGuard, type GuardSettings, observing } from '../client/client-guard.ts';
import { sinkFailed } from '../../../platform/failures.ts';
import { noteObserved } from './observed-clients.ts';
import type { LiveSession } from '../session/live-session.ts';
import { invalidArgument } from '../../../errors/errors.ts';
import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';

/** The state that all copies of this package in the process share: the first copy creates it, the others use it. */
export interface SharedState {
  readonly pipeline: EventPipeline;
  /** Gets every finding of the process. */
  readonly hub: FindingHub;
  readonly guards: WeakMap<object, ClientGuard>;
  readonly sessions: HiddenField<object, LiveSession>;
  /** Called for each session that is started. */
  readonly sessionListeners: Set<(session: LiveSession) => void>;
  /** The folders of the patched copies of the driver. */
  readonly copies: Map<string, unknown>;
  /** For clients without a manager: one reporter, so that a place is reported once, through whichever client it is reached. */
  readonly reporter: Reporter;
  readonly unmanaged: UnmanagedPlan;
  /** False: findings are never printed as process warnings, also if a manager wants it. */
  readonly output: { warnings: boolean };
}

/** The rules and settings for clients without a manager. The preload sets them before the first client is made. */
export interface UnmanagedPlan {
  rules: readonly ConfiguredRule[];
  settings: GuardSettings;
}

function createState(): SharedState {
  const pipeline = new EventPipeline(new World(), sinkFailed);
  const debugSink = debugEvents();
  if (debugSink !== undefined) pipeline.addSink(debugSink);
  const hub = new FindingHub();
  const output = { warnings: true };
  return {
    pipeline,
    hub,
    guards: new WeakMap(),
    sessions: hiddenField(),
    sessionListeners: new Set(),
    copies: new Map(),
    reporter: reporterFor({ ofProcess: hub }, { console: () => output.warnings, logger: undefined }),
    unmanaged: { rules: configureRules(rules), settings: observing },
    output,
  };
}

export const shared: SharedState = processWide('state', createState);

/** The guard of a client. A client without a manager is only observed, unless the preload says otherwise. */
export function guardOf(client: object): ClientGuard {
  const known = shared.guards.get(client);
  if (known !== undefined) return known;
  const { unmanaged } = shared;
  const guard = new ClientGuard(
    nextId('client'),
    shared.pipeline,
    shared.reporter,
    unmanaged.rules,
    unmanaged.settings,
  );
  shared.guards.set(client, guard);
  noteObserved(client, guard);
  return guard;
}

/** True for the guard of a client without a manager. */
export function isUnmanaged(guard: ClientGuard): boolean {
  return guard.reporter === shared.reporter;
}

/**
 * Listens to the findings of the whole process: of every manager, and of every client of a patched copy of the driver.
 * @returns a function that removes the listener
 * @example
 * ```ts
 * import { onFinding } from 'session-guard';
 *
 * const off = onFinding(({ rule, message }) => console.error(rule, message));
 * off();
 * ```
 */
export function onFinding(listener: FindingListener): () => void {
  if (typeof listener !== 'function') throw invalidArgument('onFinding takes a function.');
  return shared.hub.add(listener);
}

const said = processWide('reduced coverage', () => ({ before: false }));

/** A warning, once per process, that a driver can only be observed in part, or not at all. */
export function noticeReducedCoverage(message: string): void {
  if (said.before) return;
  said.before = true;
  notice(warningCodes.reducedCoverage, message);
}
