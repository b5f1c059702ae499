import { clientClosedInUse } from './client-closed-in-use.ts';
import { clientUseAfterClose } from './client-use-after-close.ts';
import { manualEndInHelper } from './manual-end-in-helper.ts';
import { nestedTransaction } from './nested-transaction.ts';
import { openCursor } from './open-cursor.ts';
import { outsideTransaction } from './outside-transaction.ts';
import { parallelInTransaction } from './parallel-in-transaction.ts';
import { parallelWrites } from './parallel-writes.ts';
import type { Rule } from './rule.ts';
import { sessionLeak } from './session-leak.ts';
import { sharedSession } from './shared-session.ts';
import { swallowedError } from './swallowed-error.ts';
import { transactionState } from './transaction-state.ts';
import { transactionsUnsupported } from './transactions-unsupported.ts';
import { unawaitedOperation } from './unawaited-operation.ts';
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
  nestedTransaction,
  manualEndInHelper,
  transactionState,
  wrongClient,
  clientClosedInUse,
  clientUseAfterClose,
  transactionsUnsupported,
  sessionLeak,
];
