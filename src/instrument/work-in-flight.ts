import type { ClientGuard } from '../guard/client-guard.ts';
import { isInside } from '../scope/lookup.ts';
import { describe } from '../rules/describe.ts';
import type { WorkInFlight } from '../session/events.ts';
import type { SessionRecord } from '../session/record.ts';
import type { DriverClient, DriverCursor } from './driver-types.ts';

/** What the client is doing now, as far as it can be told without a cost for each operation. */
export function workInFlight(client: DriverClient, guard: ClientGuard): WorkInFlight {
  const callbacks = [...guard.callbacks].filter(token => !isInside(token));
  const explicit = guard.sessions().flatMap(session => commandsOf(session));
  const implicit = implicitOperations(client, explicit.length);
  const operations =
    implicit === 0 ? explicit : [...explicit, implicit === 1 ? 'an operation' : `${implicit} operations`];
  return { operations, callbacks: callbacks.length, fromInside: callbacks.length < guard.callbacks.size };
}

function commandsOf(session: SessionRecord): string[] {
  return [...session.openOperations.values()]
    .filter(({ kind, quiet }) => kind !== 'helper' && kind !== 'batch' && kind !== 'tail' && !quiet)
    .map(describe);
}

/**
 * Sessions that the driver made for itself live as long as their operation (their owner is a symbol) or their cursor. An
 * open cursor is at work while its first batch is on the way; later fetches are counted by the servers.
 */
function implicitOperations(client: DriverClient, others: number): number {
  let running = 0;
  let tails = 0;
  for (const { explicit, owner } of client.s.activeSessions) {
    if (explicit !== false || owner === undefined) continue;
    if (typeof owner === 'symbol') running += 1;
    else if (isTail(owner)) tails += 1;
    else if (owner.id === undefined) running += 1;
  }
  return running + Math.max(0, fetching(client) - tails - running - others);
}

function isTail(cursor: DriverCursor): boolean {
  return cursor.constructor.name === 'ChangeStreamCursor' || cursor.cursorOptions?.tailable === true;
}

/** Commands on the wire, over all servers; monitoring is not among them. */
function fetching(client: DriverClient): number {
  let count = 0;
  for (const server of client.topology?.s?.servers?.values() ?? []) count += server.s?.operationCount ?? 0;
  return count;
}
