import { clientClosedInUse } from './client-closed-in-use.ts';
import { clientPerRequest } from './client-per-request.ts';
import { clientUseAfterClose } from './client-use-after-close.ts';
import { commitForgotten } from './commit-forgotten.ts';
import { configMaxIdleTime } from './config-max-idle-time.ts';
import { configPoolSize } from './config-pool-size.ts';
import { configReadPreference } from './config-read-preference.ts';
import { configRetryWrites } from './config-retry-writes.ts';
import { configServerSelection } from './config-server-selection.ts';
import { configSocketTimeout } from './config-socket-timeout.ts';
import { configWaitQueue } from './config-wait-queue.ts';
import { configWriteConcern } from './config-write-concern.ts';
import { hiddenTransientError } from './hidden-transient-error.ts';
import { longTransaction } from './long-transaction.ts';
import { manualEndInHelper } from './manual-end-in-helper.ts';
import { nestedTransaction } from './nested-transaction.ts';
import { openCursor } from './open-cursor.ts';
import { outsideTransaction } from './outside-transaction.ts';
import { parallelInTransaction } from './parallel-in-transaction.ts';
import { parallelWrites } from './parallel-writes.ts';
import { poolExhausted } from './pool-exhausted.ts';
import { retryStorm } from './retry-storm.ts';
import type { Rule } from './rule.ts';
import { sessionLeak } from './session-leak.ts';
import { sessionOutlivesScope } from './session-outlives-scope.ts';
import { sharedSession } from './shared-session.ts';
import { staleDocument } from './stale-document.ts';
import { staleSession } from './stale-session.ts';
import { swallowedError } from './swallowed-error.ts';
import { transactionState } from './transaction-state.ts';
import { transactionsUnsupported } from './transactions-unsupported.ts';
import { unawaitedOperation } from './unawaited-operation.ts';
import { unneededSession } from './unneeded-session.ts';
import { unretriedTransaction } from './unretried-transaction.ts';
import { unsupportedInTransaction } from './unsupported-in-transaction.ts';
import { useAfterEnd } from './use-after-end.ts';
import { wrongClient } from './wrong-client.ts';

/** All rules, in the order of the README's table. */
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
