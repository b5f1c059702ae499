import { guardOf } from '../../runtime/process/shared-state.ts';
import { captureSite } from '../../scope/site-capture.ts';
import type { TransactionScope } from '../../scope/async-scope.ts';
import { currentTransaction, stoppedAttempt } from '../../scope/lookup.ts';
import type { Operation, Site } from '../../events/events.ts';
import { newOperation } from '../../events/operation.ts';
import { placeWithin } from '../../attribution/owner.ts';
import { classify, namespaceOf, writingStage } from '../command/classify.ts';
import type { DriverClient, DriverOperation, DriverSession } from '../copies/driver-types.ts';
import { liveBehind } from '../session/attach.ts';
import { injectSession } from './inject.ts';
import { hasOptedOut, isTransactional } from '../command/transactional.ts';
import { usesRawCursor } from '../cursor/raw-cursors.ts';
import type { StackStart } from '../../stack/stack.ts';

/**
 * An operation without a session of the user. For nearly all of them, this costs only two comparisons.
 * @returns the session that was put in, if the transaction has `inject: true`
 * @throws the error of a rule that is set to `error`
 */
export function meetWithoutSession(
  client: DriverClient,
  operation: DriverOperation,
  below: StackStart,
): DriverSession | undefined {
  if (client.topology == null && client.s?.hasBeenClosed) usedAfterClose(client, operation, below);
  if (operation.session?.explicit === true) return undefined;
  const scope = currentTransaction(client);
  if (scope !== undefined) return meetInTransaction(scope, operation, below);
  const stopped = stoppedAttempt(client);
  // Refused like an operation with an explicit session: otherwise it would be written outside the transaction, and stay.
  if (stopped?.inject !== true || !isTransactional(operation)) return undefined;
  return injectSession(liveBehind(stopped.session), operation);
}

function meetInTransaction(
  scope: TransactionScope,
  operation: DriverOperation,
  below: StackStart,
): DriverSession | undefined {
  const { inject } = scope.attempt;
  const live = liveBehind(scope.attempt.session);
  if (inject && usesRawCursor(live, operation)) return injectSession(live, operation);
  const stage = stageOf(operation);
  if (stage === undefined && !isTransactional(operation)) return undefined;
  if (inject && stage === undefined) return injectSession(live, operation);
  if (hasOptedOut(operation)) return undefined;
  const site = placeWithin(scope.attempt, below);
  if (site === undefined) return undefined;
  const begun = describe(operation, site);
  const refusal = live.guard.publishAndAsk(
    { type: 'operation.escaped', session: live.record.id, operation: begun, stage },
    live.record,
  );
  if (refusal !== undefined) throw refusal;
  return undefined;
}

/** True if no transaction accepts the operation, so that its caller may not know that it runs outside. */
function stageOf({ pipeline, command, explain }: DriverOperation): '$out' | '$merge' | undefined {
  if (explain !== undefined || Boolean(command?.['explain'])) return undefined;
  return writingStage(pipeline ?? command?.['pipeline']);
}

function usedAfterClose(client: DriverClient, operation: DriverOperation, below: StackStart): void {
  const guard = guardOf(client);
  const begun = describe(operation, captureSite(below));
  const refusal = guard.publishAndAsk({
    type: 'client.usedAfterClose',
    operation: begun,
    closeSite: guard.closeSite,
  });
  if (refusal !== undefined) throw refusal;
}

function describe(operation: DriverOperation, site: Site): Operation {
  const { command, kind } = classify(operation);
  return newOperation({
    command,
    kind: kind === 'batch' ? 'write' : kind,
    namespace: namespaceOf(operation, kind),
    site,
    inTransaction: false,
  });
}
