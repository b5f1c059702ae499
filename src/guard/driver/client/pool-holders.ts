import { guardOf } from '../../runtime/process/shared-state.ts';
import type { Operation, OperationKind, PoolHolders } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import type { DriverClient, DriverSession } from '../copies/driver-types.ts';
import { describeImplicit, isTail } from '../command/implicit-operations.ts';

/** They consist of commands, or are part of one, and have no connection themselves. */
const parts: ReadonlySet<OperationKind> = new Set(['runner', 'composite']);

/**
 * The operations that were begun before the wait, the oldest first, and at most as many as there are connections. Operations
 * without a session have no time of their start: change streams and tailable cursors come first, because they keep their
 * connections, and the others follow in their order.
 */
export function holdersOf(client: DriverClient, connections: number, before: number): PoolHolders {
  const operations: Operation[] = [];
  for (const session of guardOf(client).sessions()) {
    for (const operation of session.openOperations.values())
      if (operation.at < before && !parts.has(operation.kind)) operations.push(asHolder(session, operation));
  }
  operations.sort((a, b) => a.at - b.at);
  operations.length = Math.min(operations.length, connections);
  const left = connections - operations.length;
  const implicit = implicitHolders(client).slice(0, left);
  return { operations, implicit, others: left - implicit.length };
}

/** For a fetch that waits for data, the kind of its stream. */
function asHolder({ openCursors }: SessionRecord, operation: Operation): Operation {
  if (operation.kind !== 'tail') return operation;
  for (const { tail, operation: opened } of openCursors.values())
    if (tail !== undefined && opened.namespace === operation.namespace)
      return { ...operation, command: tail, site: opened.site };
  return operation;
}

function implicitHolders(client: DriverClient): string[] {
  const sessions = [...client.s.activeSessions].filter(({ explicit }) => explicit === false);
  return sessions.toSorted((a, b) => rank(a) - rank(b)).map(session => describeImplicit(client, session));
}

function rank({ owner }: DriverSession): number {
  if (typeof owner !== 'object') return 1;
  return isTail(owner) ? 0 : 2;
}
