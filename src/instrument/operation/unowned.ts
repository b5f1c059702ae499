import { guardOf } from '../../guard/shared-state.ts';
import { captureSite } from '../../guard/site-capture.ts';
import type { TransactionScope } from '../../scope/async-scope.ts';
import { currentTransaction } from '../../scope/lookup.ts';
import type { Operation } from '../../session/events.ts';
import { newOperation } from '../../session/new-operation.ts';
import { belongsTo } from '../proof/belongs.ts';
import { classify, writingStage } from './classify.ts';
import type {
  DriverClient,
  DriverOperation,
  DriverSession,
  ExecuteOperation,
} from '../driver/driver-types.ts';
import { injectSession } from './inject.ts';
import { hasOptedOut } from './opt-out.ts';
import { namespaceOf } from './namespace.ts';
import { usesRawCursor } from './raw-cursors.ts';
import { isTransactional } from './transactional.ts';

/**
 * An operation without a session of the user's. Nearly all there are pass at the cost of these two comparisons.
 * @returns the session that was put in, if the transaction's scope asks for that
 * @throws the error of a rule that is set to refuse
 */
export function meetUnowned(
  client: DriverClient,
  operation: DriverOperation,
  below: ExecuteOperation,
): DriverSession | undefined {
  if (client.topology == null && client.s?.hasBeenClosed) usedAfterClose(client, operation, below);
  if (operation.session?.explicit === true) return undefined;
  const scope = currentTransaction(client);
  return scope && meetInTransaction(scope, operation, below);
}

function meetInTransaction(
  scope: TransactionScope,
  operation: DriverOperation,
  below: ExecuteOperation,
): DriverSession | undefined {
  const { session: live, inject } = scope.attempt;
  if (inject && usesRawCursor(live, operation)) return injectSession(live, operation);
  const stage = stageOf(operation);
  if (stage === undefined && !isTransactional(operation)) return undefined;
  if (inject && stage === undefined) return injectSession(live, operation);
  if (hasOptedOut(operation) || !belongsTo(scope.attempt, below)) return undefined;
  const begun = describe(operation, below);
  const refusal = live.guard.ask(
    { type: 'operation.escaped', session: live.record.id, operation: begun, stage },
    live.record,
  );
  if (refusal !== undefined) throw refusal;
  return undefined;
}

/** No transaction accepts it, and its caller may not know that it is none of the transaction's. */
function stageOf({ pipeline, command, explain }: DriverOperation): '$out' | '$merge' | undefined {
  if (explain !== undefined || Boolean(command?.['explain'])) return undefined;
  return writingStage(pipeline ?? command?.['pipeline']);
}

function usedAfterClose(client: DriverClient, operation: DriverOperation, below: ExecuteOperation): void {
  const guard = guardOf(client);
  const begun = describe(operation, below);
  const refusal = guard.ask({ type: 'client.usedAfterClose', operation: begun, closeSite: guard.closeSite });
  if (refusal !== undefined) throw refusal;
}

function describe(operation: DriverOperation, below: ExecuteOperation): Operation {
  const { command, kind } = classify(operation);
  return newOperation({
    command,
    kind: kind === 'batch' ? 'write' : kind,
    namespace: namespaceOf(operation, kind),
    site: captureSite(below),
    inTransaction: false,
  });
}
