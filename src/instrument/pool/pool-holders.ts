import { guardOf } from '../../guard/shared-state.ts';
import type { Operation, OperationKind, PoolHolders } from '../../session/events.ts';
import type { DriverClient } from '../driver/driver-types.ts';

/** Made of commands, or part of one: they have no connection of their own. */
const parts: ReadonlySet<OperationKind> = new Set(['helper', 'composite']);

/** Those that were begun before somebody had to wait, the oldest first: as many as there are connections at most. */
export function holdersOf(client: DriverClient, connections: number, before: number): PoolHolders {
  const operations: Operation[] = [];
  for (const { openOperations } of guardOf(client).sessions()) {
    for (const operation of openOperations.values())
      if (operation.at < before && !parts.has(operation.kind)) operations.push(operation);
  }
  operations.sort((a, b) => a.at - b.at);
  operations.length = Math.min(operations.length, connections);
  return { operations, others: connections - operations.length };
}
