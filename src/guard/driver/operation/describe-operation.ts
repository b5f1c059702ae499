import { observationFailed } from '../../../platform/failures.ts';
import { clock } from '../../../platform/time/clock.ts';
import { nextId } from '../../../platform/process-wide.ts';
import { requestsOf } from '../../attribution/request-attribution.ts';
import type { Operation, OperationKind } from '../../events/events.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { classify, namespaceOf } from '../command/classify.ts';
import { refusedPreference } from '../command/transactional.ts';
import type { DriverClient, DriverOperation, DriverSession } from '../copies/driver-types.ts';
import { isQuiet, kindOfFetch, streamSiteOf } from '../cursor/cursors.ts';
import type { StackStart } from '../../stack/stack.ts';

/** An operation with a session of the user. */
interface Described {
  readonly live: LiveSession;
  readonly session: DriverSession;
  readonly client: DriverClient;
  readonly operation: DriverOperation;
}

/** An operation whose form is unknown to this package must still reach its server. */
export function describeSafely(call: Described, below: StackStart): Operation | undefined {
  try {
    return describe(call, below);
  } catch (bug) {
    observationFailed(bug);
    return undefined;
  }
}

function describe({ live, session, client, operation }: Described, below: StackStart): Operation {
  const { command, kind, retryable } = classify(operation);
  const inTransaction = session.inTransaction();
  const namespace = namespaceOf(operation, kind);
  return {
    id: nextId('operation'),
    command,
    kind: kind === 'getMore' ? kindOfFetch(live, operation) : kind,
    namespace,
    at: clock.now(),
    site: live.guard.sites.capture(below, streamSiteOf(live, operation), command, namespace),
    inTransaction,
    retryable:
      retryable &&
      !inTransaction &&
      operation.canRetryWrite !== false &&
      client.options?.retryWrites !== false,
    readPreference: inTransaction ? refusedPreference(operation) : undefined,
    unacknowledged: !inTransaction && isUnacknowledged(operation, kind),
    scopes: requestsOf(live, below),
    quiet: isQuiet(live, operation, kind),
  };
}

function isUnacknowledged({ writeConcern }: DriverOperation, kind: OperationKind): boolean {
  return writeConcern?.w === 0 && (kind === 'write' || kind === 'batch');
}
