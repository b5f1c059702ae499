import type { TransactionOptions } from 'mongodb';
import { codes } from '../errors/codes.ts';
import { SessionGuardError } from '../errors/errors.ts';
import type { ClientGuard } from '../guard/client-guard.ts';
import { currentScopeStillOn, runInScope, type TransactionScope } from '../scope/async-scope.ts';
import { settledHere } from '../scope/settled-here.ts';
import type { Site } from '../session/events.ts';
import { docsOf } from '../rules/rule.ts';
import { asDriverSession } from './driver-views.ts';
import { withinLimits } from './limits.ts';
import type { OuterAttempt } from './outer-attempt.ts';
import { Stoppable } from './stoppable.ts';
import { type TxnCallback, TxnHandle } from './txn.ts';
import type { TxnPlan } from './txn-options.ts';

/**
 * Runs a callback inside a transaction that is already running: never retried by itself, its failure makes the outer
 * transaction one that can only be aborted, and its `afterCommit` runs after the outermost commit.
 */
export async function joinTxn<T>(
  guard: ClientGuard,
  outer: OuterAttempt,
  fn: TxnCallback<T>,
  plan: TxnPlan,
  site: Site | undefined,
): Promise<T> {
  const { attempt } = outer;
  const live = attempt.session;
  checkSameOptions(plan.transaction, live.helper?.options ?? plan.transaction);
  const token = {};
  const begun = live.begin({ command: 'withTxn', kind: 'helper', inTransaction: true, site }, token);
  guard.callbacks.add(token);
  try {
    const value = await runJoined(outer, fn, plan, token);
    live.settle(begun, false);
    return value;
  } catch (error) {
    attempt.rollbackOnly ??= { error };
    live.settle(begun, true, error);
    throw error;
  } finally {
    guard.callbacks.delete(token);
  }
}

function runJoined<T>(outer: OuterAttempt, fn: TxnCallback<T>, plan: TxnPlan, token: object): Promise<T> {
  const { attempt, session } = outer;
  const client = asDriverSession(session).client;
  const scope: TransactionScope = {
    kind: 'transaction',
    client,
    attempt,
    token,
    parent: currentScopeStillOn(),
  };
  const control = new Stoppable(1);
  control.attempt = attempt.session.helper?.attempts ?? 1;
  const txn = new TxnHandle(attempt, control);
  return withinLimits(plan, control, async () => runInScope(scope, () => settledHere(fn(session, txn))));
}

/** Options of the transaction were fixed when it started. */
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
