import type { ClientGuard } from '../../runtime/client/client-guard.ts';
import { isInsideRunning } from '../../scope/lookup.ts';
import { describe } from '../../rules/engine/describe.ts';
import type { WorkInFlight } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import type { DriverClient, DriverSession } from '../copies/driver-types.ts';
import { describeImplicit, isProbe, isTail } from '../command/implicit-operations.ts';

/** The current work of a client, as far as it is known without a cost for each operation. */
export function workInFlight(client: DriverClient, guard: ClientGuard): WorkInFlight {
  const callbacks = [...guard.callbacks].filter(token => !isInsideRunning(token));
  const sessions = guard.sessions();
  const explicit = sessions.flatMap(commandsOf);
  const implicit = implicitOperations(client, explicit.length + tailsOf(sessions));
  const operations = [...explicit, ...implicit.map(session => describeImplicit(client, session))];
  return { operations, callbacks: callbacks.length, fromInside: callbacks.length < guard.callbacks.size };
}

/** Whether a change stream or a tailable cursor waits for its next batch. */
export function readsTail(client: DriverClient, guard: ClientGuard): boolean {
  const owners = [...client.s.activeSessions].map(({ owner }) => owner);
  if (owners.some(owner => typeof owner === 'object' && isTail(owner))) return true;
  return guard.sessions().some(({ openOperations }) => {
    return [...openOperations.values()].some(({ kind }) => kind === 'tail');
  });
}

function commandsOf(session: SessionRecord): string[] {
  return [...session.openOperations.values()]
    .filter(({ kind, quiet }) => kind !== 'runner' && kind !== 'batch' && kind !== 'tail' && !quiet)
    .map(describe);
}

/** Fetches that nobody waits for; the last fetch of a stream continues after its session has ended. */
function tailsOf(sessions: readonly SessionRecord[]): number {
  return sessions.reduce(
    (sum, session) => sum + [...session.openOperations.values()].filter(({ quiet }) => quiet).length,
    0,
  );
}

/** Without the guard's own probes. */
function implicitOperations(client: DriverClient, others: number): DriverSession[] {
  return allImplicit(client, others).filter(session => !isProbe(session));
}

/**
 * Sessions of the driver itself live as long as their operation (then their owner is a symbol) or their cursor. The fetch of a
 * cursor is a command in flight, which its server counts; with change streams, that count proves nothing.
 */
function allImplicit(client: DriverClient, others: number): DriverSession[] {
  const implicit = [...client.s.activeSessions].filter(({ explicit }) => explicit === false);
  const running = implicit.filter(({ owner }) => typeof owner === 'symbol');
  const reading = implicit.filter(({ owner }) => typeof owner === 'object');
  if (reading.some(({ owner }) => typeof owner === 'object' && isTail(owner))) return running;
  const count = reading.length === 0 ? 0 : fetching(client) - running.length - others;
  return [...running, ...reading.slice(0, Math.max(0, count))];
}

/** Commands in flight, on all servers, without those of the monitoring. */
function fetching(client: DriverClient): number {
  let count = 0;
  for (const server of client.topology?.s?.servers?.values() ?? []) count += server.s?.operationCount ?? 0;
  return count;
}
