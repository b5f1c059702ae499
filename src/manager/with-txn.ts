import type { ClientSession, MongoClient } from 'mongodb';
import { codes } from '../errors/codes.ts';
import { invalidArgument, SessionGuardError } from '../errors/errors.ts';
import { liveOf } from '../instrument/session/attach.ts';
import { abortByHelper, endByHelper, startByHelper } from '../instrument/session/caller.ts';
import { drain } from '../protect/drain.ts';
import { docsOf } from '../rules/rule.ts';
import type { Site } from '../session/events.ts';
import { asDriverSession } from './driver-views.ts';
import { checkTurn, inTurn, type TurnHost } from './in-turn.ts';
import { joinTxn } from './join-txn.ts';
import { withinLimits } from './limits.ts';
import { outerAttempt } from './outer-attempt.ts';
import { Stoppable, StopRetrying } from './stoppable.ts';
import { type TxnCallback, TxnHandle } from './txn.ts';
import { planTxn, type TxnPlan, type WithTxnOptions } from './txn-options.ts';

export interface TxnHost extends TurnHost {
  readonly client: MongoClient;
  connect(): Promise<unknown>;
}

interface TxnCall<T> {
  readonly host: TxnHost;
  readonly fn: TxnCallback<T>;
  readonly plan: TxnPlan;
  readonly site: Site | undefined;
  readonly control: Stoppable;
  /** `serializeBy`: lets the next one with the same key begin. */
  readonly endTurn?: () => void;
}

/** Few promises on the way: each costs more than it looks while an AsyncLocalStorage is active on Node 20. */
export function withTxn<T>(host: TxnHost, fn: TxnCallback<T>, options?: WithTxnOptions): Promise<T> {
  try {
    const site = host.guard.sites.capture(withTxn);
    const plan = planTxn(fn, options);
    const outer = outerAttempt(host.client, plan, withTxn);
    if (outer !== undefined && plan.nested === 'error') throw nestedError();
    if (outer !== undefined) return joinTxn(host.guard, outer, fn, plan, site);
    const call: TxnCall<T> = { host, fn, plan, site, control: new Stoppable(plan.maxAttempts) };
    const { serializeBy: key } = plan;
    if (key === undefined) return withinLimits(plan, call.control, () => runTxn(call));
    checkTurn(host, key, withTxn);
    const run = (endTurn: () => void) => runTxn({ ...call, endTurn });
    return withinLimits(plan, call.control, () => inTurn(host, key, call.control, run));
  } catch (error) {
    return Promise.reject(error);
  }
}

async function runTxn<T>(call: TxnCall<T>): Promise<T> {
  const { client } = call.host;
  // Connected first, so that a standalone server is known before anything is sent to it.
  if (!isConnected(client)) await call.host.connect();
  const given = call.plan.session;
  if (given !== undefined) await waitForStopped(given);
  const session = given ?? startByHelper(() => client.startSession(), call.site);
  let value: T;
  call.control.onStop = () => cutOff(call, session);
  try {
    setUp(call, session);
    value = await session.withTransaction(own => attempt(call, own), call.plan.transaction);
  } catch (error) {
    await giveUp(session, given === undefined);
    throw error instanceof StopRetrying ? error.reason : error;
  }
  if (given === undefined) await endByHelper(session);
  return value;
}

function setUp<T>({ plan, control, site }: TxnCall<T>, session: ClientSession): void {
  const live = liveOf(asDriverSession(session));
  if (live === undefined) return;
  const ownTransaction = plan.nested === 'new';
  live.nextHelper = { inject: plan.inject, control, ownTransaction, token: control, site };
}

function attempt<T>({ fn, control, endTurn }: TxnCall<T>, session: ClientSession): Promise<T> {
  control.beforeAttempt();
  const scope = liveOf(asDriverSession(session))?.attempt;
  if (scope === undefined)
    throw invalidArgument('withTxn lost its transaction: this is a bug in session-guard.');
  // What the callback asks for after the commit may take its time, or be a transaction with the same key.
  if (endTurn !== undefined) scope.afterCommit.push(endTurn);
  const returned = fn(session, new TxnHandle(scope, control));
  if (typeof (returned as Partial<Promise<T>> | undefined)?.then === 'function') return returned;
  throw invalidArgument(
    `The callback of withTxn returned ${returned === undefined ? 'nothing' : typeof returned} instead of a promise, ` +
      'so the transaction was aborted. Make it async and await its operations.',
  );
}

/** A call that was stopped may still be at work on the session. */
async function waitForStopped(session: ClientSession): Promise<void> {
  const live = liveOf(asDriverSession(session));
  if (live?.helper === undefined) return;
  await drain(live);
  if (live.helper === undefined) return;
  throw invalidArgument(
    'The session given to withTxn is still used by another call, whose callback has not returned. Use a session for each.',
  );
}

/** The callback may never return: its transaction is ended without it. A commit that was sent is left to be answered. */
function cutOff<T>({ host, plan, control, endTurn }: TxnCall<T>, session: ClientSession): void {
  const live = liveOf(asDriverSession(session));
  if (live?.attempt === undefined || control.committing) return;
  live.attempt.over = true;
  // Its caller has its answer: nobody is waiting for the callback any more.
  host.guard.callbacks.delete(control);
  void giveUp(session, plan.session === undefined).finally(endTurn);
}

/** A loop that was stopped at its commit has left the transaction open. */
async function giveUp(session: ClientSession, own: boolean): Promise<void> {
  if (own) await endByHelper(session).catch(() => undefined);
  else if (session.inTransaction()) await abortByHelper(session).catch(() => undefined);
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
