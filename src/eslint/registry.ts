import type { EditRule } from './parts/define-rule.ts';
import { clientClosedInUse } from './rules/client/client-closed-in-use.ts';
import { clientPerRequest } from './rules/client/client-per-request.ts';
import { clientUseAfterClose } from './rules/client/client-use-after-close.ts';
import { commitForgotten } from './rules/transaction/commit-forgotten.ts';
import { configMaxIdleTime } from './rules/config/config-max-idle-time.ts';
import { configPoolSize } from './rules/config/config-pool-size.ts';
import { configReadPreference } from './rules/config/config-read-preference.ts';
import { configRetryWrites } from './rules/config/config-retry-writes.ts';
import { configServerSelection } from './rules/config/config-server-selection.ts';
import { configSocketTimeout } from './rules/config/config-socket-timeout.ts';
import { configWaitQueue } from './rules/config/config-wait-queue.ts';
import { configWriteConcern } from './rules/config/config-write-concern.ts';
import { hiddenTransientError } from './rules/transaction/hidden-transient-error.ts';
import { manualEndInHelper } from './rules/session/manual-end-in-helper.ts';
import { nestedTransaction } from './rules/transaction/nested-transaction.ts';
import { openCursor } from './rules/session/open-cursor.ts';
import { outsideTransaction } from './rules/transaction/outside-transaction.ts';
import { parallelInTransaction } from './rules/transaction/parallel-in-transaction.ts';
import { parallelWrites } from './rules/transaction/parallel-writes.ts';
import { sessionLeak } from './rules/session/session-leak.ts';
import { sessionOutlivesScope } from './rules/session/session-outlives-scope.ts';
import { sharedSession } from './rules/session/shared-session.ts';
import { swallowedError } from './rules/transaction/swallowed-error.ts';
import { transactionState } from './rules/transaction/transaction-state.ts';
import { unawaitedOperation } from './rules/session/unawaited-operation.ts';
import { unsupportedInTransaction } from './rules/transaction/unsupported-in-transaction.ts';
import { unrepeatableEffect } from './rules/transaction/unrepeatable-effect.ts';
import { useAfterEnd } from './rules/session/use-after-end.ts';
import { wrongClient } from './rules/client/wrong-client.ts';

/** The rules by their ids, in the order of `docs/rules/README.md`. */
export const rules: Readonly<Record<string, EditRule>> = {
  'use-after-end': useAfterEnd,
  'unawaited-operation': unawaitedOperation,
  'open-cursor': openCursor,
  'swallowed-error': swallowedError,
  'outside-transaction': outsideTransaction,
  'parallel-in-transaction': parallelInTransaction,
  'parallel-writes': parallelWrites,
  'shared-session': sharedSession,
  'session-outlives-scope': sessionOutlivesScope,
  'nested-transaction': nestedTransaction,
  'manual-end-in-helper': manualEndInHelper,
  'transaction-state': transactionState,
  'wrong-client': wrongClient,
  'client-closed-in-use': clientClosedInUse,
  'client-use-after-close': clientUseAfterClose,
  'unsupported-in-transaction': unsupportedInTransaction,
  'session-leak': sessionLeak,
  'client-per-request': clientPerRequest,
  'commit-forgotten': commitForgotten,
  'hidden-transient-error': hiddenTransientError,
  'unrepeatable-effect': unrepeatableEffect,
  'config-socket-timeout': configSocketTimeout,
  'config-retry-writes': configRetryWrites,
  'config-pool-size': configPoolSize,
  'config-max-idle-time': configMaxIdleTime,
  'config-server-selection': configServerSelection,
  'config-wait-queue': configWaitQueue,
  'config-write-concern': configWriteConcern,
  'config-read-preference': configReadPreference,
};
