import { clientClosedInUse } from './client/client-closed-in-use.ts';
import { clientPerRequest } from './client/client-per-request.ts';
import { clientUseAfterClose } from './client/client-use-after-close.ts';
import { commitForgotten } from './transaction/commit-forgotten.ts';
import { configMaxIdleTime } from './config/config-max-idle-time.ts';
import { configPoolSize } from './config/config-pool-size.ts';
import { configReadPreference } from './config/config-read-preference.ts';
import { configRetryWrites } from './config/config-retry-writes.ts';
import { configServerSelection } from './config/config-server-selection.ts';
import { configSocketTimeout } from './config/config-socket-timeout.ts';
import { configWaitQueue } from './config/config-wait-queue.ts';
import { configWriteConcern } from './config/config-write-concern.ts';
import { hiddenTransientError } from './transaction/hidden-transient-error.ts';
import { longTransaction } from './transaction/long-transaction.ts';
import { manualEndInHelper } from './session/manual-end-in-helper.ts';
import { nestedTransaction } from './transaction/nested-transaction.ts';
import { openCursor } from './session/open-cursor.ts';
import { outsideTransaction } from './transaction/outside-transaction.ts';
import { parallelInTransaction } from './transaction/parallel-in-transaction.ts';
import { parallelWrites } from './transaction/parallel-writes.ts';
import { unlabelledNetworkError } from './client/unlabelled-network-error.ts';
import { poolExhausted } from './client/pool-exhausted.ts';
import { retryStorm } from './transaction/retry-storm.ts';
import type { Rule } from './engine/rule.ts';
import { sessionLeak } from './session/session-leak.ts';
import { sessionOutlivesScope } from './session/session-outlives-scope.ts';
import { sharedSession } from './session/shared-session.ts';
import { staleDocument } from './transaction/stale-document.ts';
import { staleSession } from './session/stale-session.ts';
import { swallowedError } from './transaction/swallowed-error.ts';
import { transactionState } from './transaction/transaction-state.ts';
import { transactionsUnsupported } from './client/transactions-unsupported.ts';
import { unawaitedOperation } from './session/unawaited-operation.ts';
import { unneededSession } from './session/unneeded-session.ts';
import { unretriedTransaction } from './transaction/unretried-transaction.ts';
import { unsupportedInTransaction } from './transaction/unsupported-in-transaction.ts';
import { useAfterEnd } from './session/use-after-end.ts';
import { wrongClient } from './client/wrong-client.ts';

/** All rules, in the order of the table in `docs/rules/README.md`. */
export const rules: readonly Rule[] = [
  useAfterEnd,
  unawaitedOperation,
  openCursor,
  swallowedError,
  outsideTransaction,
  parallelInTransaction,
  parallelWrites,
  sharedSession,
  sessionOutlivesScope,
  nestedTransaction,
  manualEndInHelper,
  staleDocument,
  transactionState,
  wrongClient,
  clientClosedInUse,
  clientUseAfterClose,
  transactionsUnsupported,
  unsupportedInTransaction,
  sessionLeak,
  clientPerRequest,
  longTransaction,
  commitForgotten,
  unretriedTransaction,
  hiddenTransientError,
  retryStorm,
  staleSession,
  unlabelledNetworkError,
  poolExhausted,
  unneededSession,
  configSocketTimeout,
  configRetryWrites,
  configPoolSize,
  configMaxIdleTime,
  configServerSelection,
  configWaitQueue,
  configWriteConcern,
  configReadPreference,
];
