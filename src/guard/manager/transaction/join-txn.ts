import type { TransactionOptions } from 'mongodb';
import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import type { ClientGuard } from '../../runtime/client/client-guard.ts';
import { currentScopeStillOn } from '../../scope/around.ts';
import { runInScope, settledHere, type TransactionScope } from '../../scope/async-scope.ts';
import type { Site } from '../../events/events.ts';
import { docsOf } from '../../rules/engine/rule.ts';
import { asDriverSession } from '../client/driver-views.ts';
import { withinLimits } from './within-limits.ts';
import type { OuterAttempt } from './outer-attempt.ts';
import { TxnControl } from './txn-control.ts';
import { type TxnCallback, TxnHandle } from './txn.ts';
import type { TxnPlan } from '../options/txn-options.ts';

/**
 * Runs a callback inside a running transaction: it is never retried alone, after its failure the outer transaction can only be
 * aborted, and its `afterCommit` runs after the outermost commit.
 */
export async function joinTxn<T>(
  guard: ClientGuard,
  outer: OuterAttempt,
  fn: TxnCallback<T>,
  plan: TxnPlan,
  site: Site | undefined,
): Promise<T> {
  const { attempt, live } = outer;
  checkSameOptions(plan.transaction, live.runner?.wanted.options ?? plan.transaction);
  const token = {};
  const begun = live.begin({ command: 'withTxn', kind: 'runner', inTransaction: true, site }, token);
  guard.callbacks.add(token);
  try {
    const value = await runJoined(outer, fn, plan, token);
    live.succeeded(begun);
    return value;
  } catch (error) {
    attempt.run.advance({ type: 'rollback only', attempt, error });
    live.failed(begun, error);
    throw error;
  } finally {
    guard.callbacks.delete(token);
  }
}

function runJoined<T>(outer: OuterAttempt, fn: TxnCallback<T>, plan: TxnPlan, token: object): Promise<T> {
  const { attempt, live, session } = outer;
  const client = asDriverSession(session).client;
  const scope: TransactionScope = {
    kind: 'transaction',
    client,
    attempt,
    token,
    parent: currentScopeStillOn(),
  };
  const control = new TxnControl(1);
  control.attempt = live.runner?.attempts ?? 1;
  const txn = new TxnHandle(attempt, control);
  return withinLimits(plan, control, async () => runInScope(scope, () => settledHere(fn(session, txn))));
}

/** The options of a transaction cannot change after its start. */
function checkSameOptions(wanted: TransactionOptions, outer: object): void {
  const given: Readonly<Record<string, unknown>> = { ...outer };
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined || JSON.stringify(value) === JSON.stringify(given[name])) continue;
    const message =
      `withTxn joins the outer transaction, which was started with other options: '${name}' differs. ` +
      "Give the option to the outermost call, or use nested: 'new'.";
    const rule = 'nested-transaction';
    throw new SessionGuardError(codes.nestedTransaction, message, { rule, docs: docsOf(rule) });
  }
}
