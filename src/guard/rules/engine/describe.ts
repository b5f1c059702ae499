import type { ErrorSummary, Operation } from '../../events/events.ts';

/** `insert on shop.orders` */
export function describe(operation: Pick<Operation, 'command' | 'namespace'>): string {
  return operation.namespace === undefined
    ? operation.command
    : `${operation.command} on ${operation.namespace}`;
}

/** `insert on shop.orders, find on shop.users and 3 more`; a call of mongoose is named, and not the commands that it sends. */
export function describeAll(operations: readonly Operation[], most = 3): string {
  const called = new Set(operations.filter(isCall).map(({ namespace }) => namespace));
  const named = operations.filter(operation => isCall(operation) || !called.has(operation.namespace));
  const all = [...new Set(named.map(describe))];
  const shown = all.slice(0, most);
  const rest = all.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** A call that sends other operations on its collection. */
function isCall({ kind, namespace }: Operation): boolean {
  return namespace !== undefined && (kind === 'runner' || kind === 'composite');
}

/** The first operation that has a place, for a report about several operations. */
export function firstPlaced(operations: readonly Operation[]): Operation | undefined {
  return operations.find(operation => operation.site !== undefined) ?? operations[0];
}

/** The name of a server's error; never its message, which can contain document content. */
export function nameOfError(error: ErrorSummary): string {
  if (error.code === 11000) return 'E11000 (duplicate key)';
  return error.codeName ?? (error.code === undefined ? error.name : `${error.name} ${error.code}`);
}
