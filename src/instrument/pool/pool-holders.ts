import { guardOf } from '../../guard/shared-state.ts';
import type { Operation, OperationKind, PoolHolders } from '../../session/events.ts';
import type { SessionRecord } from '../../session/record.ts';
import type { DriverClient, DriverSession } from '../driver/driver-types.ts';
import { describeImplicit, isTail } from '../operation/implicit-operations.ts';

/** Made of commands, or part of one: they have no connection of their own. */
const parts: ReadonlySet<OperationKind> = new Set(['helper', 'composite']);

/**
 * Those that were begun before somebody had to wait, the oldest first: as many as there are connections at most. What was sent
 * without a session has no time: change streams and tailable cursors hold theirs for good, and the rest comes in its order.
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

/** A fetch that waits for data is what it fetches for. */
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
