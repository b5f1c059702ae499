import type { ClientSession, MongoClient } from 'mongodb';
import { codes } from '../errors/codes.ts';
import { invalidArgument, SessionGuardError } from '../errors/errors.ts';
import type { ClientGuard } from '../guard/client-guard.ts';
import { captureSite } from '../guard/site-capture.ts';
import { startByHelper } from '../instrument/mongo-client.ts';
import { setUpHelper } from '../instrument/with-transaction.ts';
import type { Site } from '../session/events.ts';
import { joinTxn } from './join-txn.ts';
import { withinLimits } from './limits.ts';
import { asDriverSession } from './driver-views.ts';
import { attemptOn, outerAttempt } from './outer-attempt.ts';
import { Stoppable, StopRetrying } from './stoppable.ts';
import { newTxn, type Txn } from './txn.ts';
import { planTxn, type TxnPlan, type WithTxnOptions } from './txn-options.ts';
import { runWith } from './with-session.ts';

/** May run several times: it must not do anything that cannot be repeated, other than through the session. */
export type TxnCallback<T> = (session: ClientSession, txn: Txn) => Promise<T>;

export interface TxnHost {
  readonly client: MongoClient;
  readonly guard: ClientGuard;
  connect(): Promise<unknown>;
}

interface TxnCall extends TxnHost {
  readonly site: Site;
}

export async function withTxn<T>(host: TxnHost, fn: TxnCallback<T>, options?: WithTxnOptions): Promise<T> {
  const site = captureSite(withTxn);
  const plan = planTxn(fn, options);
  const outer = outerAttempt(host.client, plan);
  if (outer === undefined) return ownTxn({ ...host, site }, fn, plan);
  if (plan.nested === 'error') throw nestedError();
  return joinTxn(host.guard, outer, fn, plan, site);
}

async function ownTxn<T>(host: TxnCall, fn: TxnCallback<T>, plan: TxnPlan): Promise<T> {
  const control = new Stoppable(plan.maxAttempts);
  const run = async () => {
    // Connected first, so that a standalone server is known before anything is sent to it.
    if (!isConnected(host.client)) await host.connect();
    if (plan.session !== undefined) return loop(host, plan.session, fn, plan, control);
    const session = startByHelper(() => host.client.startSession(), host.site);
    return runWith(host.guard, session, token => loop(host, session, fn, plan, control, token));
  };
  return withinLimits(plan, control, run);
}

function isConnected(client: MongoClient): boolean {
  return 'topology' in client && client.topology !== undefined;
}

async function loop<T>(
  host: TxnCall,
  session: ClientSession,
  fn: TxnCallback<T>,
  plan: TxnPlan,
  control: Stoppable,
  token: object = {},
): Promise<T> {
  const callback = (given: ClientSession): Promise<T> => {
    control.beforeAttempt();
    const running = attemptOn(given);
    if (running === undefined)
      throw invalidArgument('withTxn lost its transaction: this is a bug in session-guard.');
    return checkedPromise(
      fn(
        given,
        newTxn(running.attempt, control.attempt, () => control.signal),
      ),
    );
  };
  setUpHelper(asDriverSession(session), {
    inject: plan.inject,
    control,
    ownTransaction: plan.nested === 'new',
    token,
    site: host.site,
  });
  try {
    return await session.withTransaction(callback, plan.transaction);
  } catch (error) {
    // A loop that was stopped at its commit has left the transaction open.
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
    throw error instanceof StopRetrying ? error.reason : error;
  }
}

function checkedPromise<T>(returned: Promise<T>): Promise<T> {
  if (typeof (returned as Partial<Promise<T>> | undefined)?.then === 'function') return returned;
  throw invalidArgument(
    `The callback of withTxn returned ${returned === undefined ? 'nothing' : typeof returned} instead of a promise, ` +
      'so the transaction was aborted. Make it async and await its operations.',
  );
}

function nestedError(): SessionGuardError {
  const message =
    "withTxn was called inside another transaction on the same client, with nested: 'error'. " +
    "Hand the outer session down, or choose nested: 'join' or 'new'.";
  const rule = 'nested-transaction';
  return new SessionGuardError(codes.nestedTransaction, message, { rule, docs: `docs/rules/${rule}.md` });
}
