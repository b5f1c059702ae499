import { warningCodes } from '../errors/codes.ts';
import { ClientGuard } from '../guard/client-guard.ts';
import { FindingHub } from '../guard/finding-hub.ts';
import { shared } from '../guard/shared-state.ts';
import { notice } from '../guard/notices.ts';
import { processWide } from '../guard/process-wide.ts';
import type { GuardSettings } from '../guard/settings.ts';
import type { Finding } from '../report/finding.ts';
import { Reporter } from '../report/reporter.ts';
import type { ConfiguredRule } from '../policy/configure.ts';
import { isAllowed } from '../scope/lookup.ts';
import { nextId } from '../session/ids.ts';
import { publishOnChannel } from '../sinks/channel.ts';
import { warnOnConsole } from '../sinks/console.ts';
import { debugFinding } from '../sinks/debug.ts';
import { catchUp } from './client/connect.ts';
import type { DriverClient } from './driver/driver-types.ts';
import { observeDriverOf } from './observe.ts';
import { identityOf } from './session/session-identity.ts';

export interface GuardedClient {
  readonly guard: ClientGuard;
  /** The manager's own listeners. */
  readonly hub: FindingHub;
}

export interface GuardPlan {
  readonly rules: readonly ConfiguredRule[];
  readonly settings: GuardSettings;
  readonly console: boolean;
}

/** What is known of the client, and of sessions that were started, from before it was adopted. */
function takeOver(client: DriverClient, guard: ClientGuard, before: ClientGuard | undefined): void {
  if (before !== undefined) shared.spine.world.clients.rename(before.id, guard.id);
  for (const session of client.s.activeSessions) {
    const live = shared.sessions.get(identityOf(session));
    if (live === undefined) continue;
    live.guard = guard;
    live.record.client = guard.id;
  }
}

/** Clients that have a manager. */
const managed = processWide('managed', () => new WeakMap<DriverClient, GuardedClient>());

/** A second manager hears what the first one hears, and lives by its options. */
function share(known: GuardedClient): GuardedClient {
  notice(
    warningCodes.secondManager,
    'A client that has a ConnectionManager was adopted by another one: the options of the first stay in force for both.',
  );
  return known;
}

function repeat(finding: Finding): void {
  shared.hub.repeat(finding);
}

/** Observes a client, and the copy of the driver that it comes from, with rules and settings of its own. */
export function guardClient(client: DriverClient, plan: GuardPlan): GuardedClient {
  const known = managed.get(client);
  if (known !== undefined) return share(known);
  observeDriverOf(client);
  const hub = new FindingHub();
  const deliver = (finding: Finding) => {
    hub.deliver(finding);
    shared.hub.deliver(finding);
    if (plan.console && shared.output.warnings) warnOnConsole(finding);
    publishOnChannel(finding);
    debugFinding(finding);
  };
  const reporter = new Reporter({ deliver, repeat, isAllowed });
  const guard = new ClientGuard(nextId('client'), shared.spine, reporter, plan.rules, plan.settings);
  const before = shared.guards.get(client);
  shared.guards.set(client, guard);
  takeOver(client, guard, before);
  catchUp(client, guardClient);
  const guarded = { guard, hub };
  managed.set(client, guarded);
  return guarded;
}
