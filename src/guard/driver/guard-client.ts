import { warningCodes } from '../../errors/codes.ts';
import { ClientGuard, type GuardSettings } from '../runtime/client/client-guard.ts';
import { FindingHub } from '../findings/finding-hub.ts';
import { demandObservation } from '../runtime/process/on-demand.ts';
import { noteObserved } from '../runtime/process/observed-clients.ts';
import { shared } from '../runtime/process/shared-state.ts';
import { notice } from '../../platform/notices.ts';
import { nextId, processWide } from '../../platform/process-wide.ts';
import { reporterFor } from '../findings/delivery.ts';
import type { ConfiguredRule } from '../rules/engine/configure.ts';
import type { Logger } from '../findings/sinks/logger.ts';
import { catchUp } from './client/connect.ts';
import type { DriverClient } from './copies/driver-types.ts';
import { patchDriverOf } from './observe.ts';
import { noteLimit } from './operation/time-limit.ts';
import { identityOf } from './session/attach.ts';

export interface GuardedClient {
  readonly guard: ClientGuard;
  /** The manager's own listeners. */
  readonly hub: FindingHub;
}

export interface GuardPlan {
  readonly rules: readonly ConfiguredRule[];
  readonly settings: GuardSettings;
  readonly console: boolean;
  readonly logger: Logger | undefined;
  readonly repeatAfterMS: number;
}

/** The guard's knowledge about the client and its sessions from the time before it was adopted. */
function takeOver(client: DriverClient, guard: ClientGuard, before: ClientGuard | undefined): void {
  if (before !== undefined) shared.pipeline.world.clients.rename(before.id, guard.id);
  for (const session of client.s.activeSessions) {
    const live = shared.sessions.get(identityOf(session));
    if (live === undefined) continue;
    live.guard = guard;
    live.record.client = guard.id;
  }
}

/** Clients that have a manager. */
const managed = processWide('managed', () => new WeakMap<DriverClient, GuardedClient>());

/** A second manager gets the same findings as the first one, and uses its options. */
function share(known: GuardedClient): GuardedClient {
  notice(
    warningCodes.secondManager,
    'A client that has a ConnectionManager was adopted by another one: the options of the first stay in force for both.',
  );
  return known;
}

/** Observes a client, and the copy of the driver that has made it, with its own rules and settings. */
export function guardClient(client: DriverClient, plan: GuardPlan): GuardedClient {
  const known = managed.get(client);
  if (known !== undefined) return share(known);
  demandObservation();
  patchDriverOf(client);
  noteLimit(plan.settings.operationTimeoutMS);
  const hub = new FindingHub();
  const { logger } = plan;
  const outlets = { console: () => plan.console && shared.output.warnings, logger };
  const reporter = reporterFor({ ofProcess: shared.hub, ofManager: hub }, outlets, plan.repeatAfterMS);
  const guard = new ClientGuard(nextId('client'), shared.pipeline, reporter, plan.rules, plan.settings);
  const before = shared.guards.get(client);
  shared.guards.set(client, guard);
  noteObserved(client, guard);
  takeOver(client, guard, before);
  catchUp(client, guardClient);
  const guarded = { guard, hub };
  managed.set(client, guarded);
  return guarded;
}
