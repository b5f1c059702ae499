import { isObject } from '../../../platform/options/checks.ts';
import { processWide } from '../../../platform/process-wide.ts';
import { shared } from '../../runtime/process/shared-state.ts';
import { classify, opensTail } from '../command/classify.ts';
import type { DriverClient, DriverOperation, TimeoutContext } from '../copies/driver-types.ts';

/** While no client of the process has a limit, an operation costs one comparison. */
const limits = processWide('time limits', () => ({ areUsed: false }));

/** From now on the settings of each client are asked for a limit. */
export function noteLimit(operationTimeoutMS: number | undefined): void {
  if (operationTimeoutMS !== undefined) limits.areUsed = true;
}

/**
 * Gives a read or a write without a limit of its own the one of its manager. `0` in the call's options is a limit of its own: none.
 * The server counts the time that it works, for all batches of a cursor together; a `getMore` takes no `maxTimeMS`.
 * @param context what the driver knows of the time limit of the call, if it is a part of a longer one
 */
export function limitTime(client: DriverClient, operation: DriverOperation, context: unknown): void {
  if (!limits.areUsed) return;
  const { operationTimeoutMS } = shared.guards.get(client)?.settings ?? {};
  if (operationTimeoutMS === undefined || !canBeLimited(operation)) return;
  if (
    hasOwnLimit(operation) ||
    (isObject(context) && hasTimeout(context)) ||
    hasTimeout(operation.session?.timeoutContext)
  )
    return;
  // The options may be an object of the caller, who uses it for other calls too.
  operation.options = { ...operation.options, maxTimeMS: operationTimeoutMS };
}

/** Only reads and writes of data: an index build, or what an administrator calls, has no usual duration. */
function canBeLimited(operation: DriverOperation): boolean {
  const { command, kind } = classify(operation);
  // `count` is the command of `estimatedDocumentCount`.
  if (kind !== 'read' && kind !== 'write' && kind !== 'batch' && command !== 'count') return false;
  // The document of a `runCommand` is sent as it is. An explanation is asked for because the operation takes long.
  if (operation.command !== undefined || operation.explain !== undefined) return false;
  // Nobody would hear that the server has stopped an unacknowledged write.
  return operation.writeConcern?.w !== 0 && opensTail(operation) === undefined;
}

/** `timeoutMS` of the call, its collection, its database or its client: the driver then sends what is left of it. */
function hasOwnLimit({ options }: DriverOperation): boolean {
  return typeof options?.maxTimeMS === 'number' || typeof options?.timeoutMS === 'number';
}

/** The driver's `TimeoutContext`, of a cursor, a bulk write, or a transaction with `timeoutMS`. */
function hasTimeout(context: TimeoutContext | null | undefined): boolean {
  return context?.csotEnabled?.() === true;
}
