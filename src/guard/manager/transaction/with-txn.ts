import type { ClientSession, MongoClient, TransactionOptions } from 'mongodb';
import { codes } from '../../../errors/codes.ts';
import { invalidArgument, SessionGuardError } from '../../../errors/errors.ts';
import { liveOf } from '../../driver/session/attach.ts';
import { endByRunner, startByRunner } from '../../driver/session/caller.ts';
import { trackCall } from '../../driver/operation/track-operation.ts';
import { withSetup } from '../../driver/transaction/runner-setup.ts';
import type { RunTrack } from '../../runtime/tracking/run-track.ts';
import { trackers } from '../../runtime/tracking/trackers.ts';
import { docsOf } from '../../rules/engine/rule.ts';
import type { Site } from '../../events/events.ts';
import { asDriverClient, asDriverSession } from '../client/driver-views.ts';
import { checkTurn, inTurn, type TurnHost } from './in-turn.ts';
import { joinTxn } from './join-txn.ts';
import { cutOff, giveUp, waitForStopped } from './stopped-call.ts';
import { withinLimits } from './within-limits.ts';
import { outerAttempt } from './outer-attempt.ts';
import { TxnControl } from './txn-control.ts';
import { type TxnCallback, TxnHandle } from './txn.ts';
import { planTxn, type TxnPlan, type WithTxnOptions } from '../options/txn-options.ts';

export interface TxnHost extends TurnHost {
  readonly client: MongoClient;
  connect(): Promise<unknown>;
}

interface TxnCall<T> {
  readonly host: TxnHost;
  readonly fn: TxnCallback<T>;
  readonly plan: TxnPlan;
  readonly site: Site | undefined;
  readonly control: TxnControl;
  /** Follows the call from here to its end; undefined if nobody does. */
  readonly track: RunTrack | undefined;
  /** For `serializeBy`: lets the next transaction with the same key begin. */
  readonly endTurn?: () => void;
}

/**
 * From the call to the commit: plan, join or begin, within the limits, in turn, `runTxn`. The driver's own loop is between
 * `runTxn` and `runCallback`: it starts, commits, aborts and retries, and `driver/transaction/` patches each of its calls.
 *
 * It makes few promises, because each one is expensive on Node 20 while an AsyncLocalStorage is active.
 */
export function withTxn<T>(host: TxnHost, fn: TxnCallback<T>, options?: WithTxnOptions): Promise<T> {
  try {
    const site = host.guard.sites.capture(withTxn);
    const plan = planTxn(fn, options);
    const outer = outerAttempt(host.client, plan, withTxn);
    if (outer !== undefined && plan.nested === 'error') throw nestedError();
    if (outer !== undefined) return joinTxn(host.guard, outer, fn, plan, site);
    const { serializeBy: key, name } = plan;
    if (key !== undefined) checkTurn(host, key, withTxn);
    const control = new TxnControl(plan.maxAttempts);
    return withinLimits(plan, control, () => {
      const track = trackers.size > 0 ? trackCall(asDriverClient(host.client), name) : undefined;
      const call: TxnCall<T> = { host, fn, plan, site, control, track };
      if (key === undefined) return runTxn(call);
      return inTurn(host, key, control, track, endTurn => runTxn({ ...call, endTurn }));
    });
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Connect, start, run the loop, end. */
async function runTxn<T>(call: TxnCall<T>): Promise<T> {
  const { host, plan, site, track } = call;
  const given = plan.session;
  let session: ClientSession;
  try {
    // Connected first, so that a standalone server is known before anything is sent to it.
    if (!isConnected(host.client)) await host.connect();
    if (given !== undefined) await waitForStopped(given);
    session = given ?? startByRunner(host.client, undefined, site);
  } catch (error) {
    track?.neverBegan(error);
    throw error;
  }
  let value: T;
  call.control.onStop = () => cutOff(call, session);
  try {
    value = await session.withTransaction(own => runCallback(call, own), optionsOf(call));
  } catch (error) {
    await giveUp(session, given === undefined);
    throw call.control.answer(error);
  }
  if (given === undefined) await endByRunner(session);
  return value;
}

/** The options for the driver's loop, with ours. */
function optionsOf<T>({ fn, plan, control, site, track }: TxnCall<T>): TransactionOptions {
  const { inject, name, transaction: options } = plan;
  const ownTransaction = plan.nested === 'new';
  return withSetup({
    options,
    inject,
    control,
    name,
    callback: fn,
    site,
    ownTransaction,
    token: control,
    track,
  });
}

/** The callback in one attempt: the loop calls this inside the scope of the attempt. */
function runCallback<T>({ fn, control, endTurn }: TxnCall<T>, session: ClientSession): Promise<T> {
  control.beforeAttempt();
  const attempt = liveOf(asDriverSession(session))?.run.attempt;
  if (attempt === undefined)
    throw invalidArgument('withTxn lost its transaction: this is a bug in session-guard.');
  // An `afterCommit` or `afterAbort` of the callback may take long, or run a transaction with the same key.
  if (endTurn !== undefined) {
    attempt.afterCommit.push(endTurn);
    attempt.afterAbort.push(endTurn);
  }
  const returned = fn(session, new TxnHandle(attempt, control));
  if (typeof (returned as Partial<Promise<T>> | undefined)?.then === 'function') return returned;
  const given = returned === undefined ? 'nothing' : `a value of type ${typeof returned}`;
  throw invalidArgument(
    `The callback of withTxn returned ${given} instead of a promise, ` +
      'so the transaction was aborted. Make it async and await its operations.',
  );
}

function isConnected(client: MongoClient): boolean {
  return 'topology' in client && client.topology !== undefined;
}

function nestedError(): SessionGuardError {
  const message =
    "withTxn was called inside another transaction on the same client, with nested: 'error'. " +
    "Hand the outer session down, or choose nested: 'join' or 'new'.";
  const rule = 'nested-transaction';
  return new SessionGuardError(codes.nestedTransaction, message, { rule, docs: docsOf(rule) });
}
