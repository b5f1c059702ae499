import type { OperationKind } from '../../session/events.ts';
import type { DriverOperation } from '../driver/driver-types.ts';

/** `database.collection`, or undefined for commands of a database or of the server. */
export function namespaceOf(operation: DriverOperation, kind: OperationKind): string | undefined {
  const { ns, command, collection } = operation;
  if (ns === undefined) return undefined;
  if (collection?.namespace !== undefined) return collection.namespace;
  if (ns.collection !== undefined && !ns.collection.startsWith('$cmd')) return `${ns.db}.${ns.collection}`;
  if (kind === 'command' && typeof operation.name === 'string') return `${ns.db}.${operation.name}`;
  // An aggregation is a command of the database; its collection stands beside.
  if (typeof operation.target === 'string') return `${ns.db}.${operation.target}`;
  // The first value of an unknown command may be anything, a user's name for one.
  if (kind === 'command' || command === undefined) return undefined;
  const [target] = Object.values(command);
  return typeof target === 'string' ? `${ns.db}.${target}` : undefined;
}
