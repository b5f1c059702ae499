import { invalidArgument } from '../../../errors/errors.ts';
import { type RuleId, ruleIds } from '../../rules/engine/rule-id.ts';
import { currentScope, type RequestScope, runInScope, type Scope } from '../../scope/async-scope.ts';
import { around, stillOn } from '../../scope/around.ts';
import { scopeFrame } from '../../stack/scope-frames.ts';
import { shared } from '../process/shared-state.ts';
import { clock } from '../../../platform/time/clock.ts';
import { checkOptions, type OptionChecks } from '../../../platform/options/check-options.ts';
import { aString, checkFor } from '../../../platform/options/checks.ts';
import { latestId, nextId, processWide } from '../../../platform/process-wide.ts';
import { RequestNote } from './request-note.ts';

/** What is known of a job or a message. */
export interface ScopeOptions {
  /** The application's own id of it: a text or a number. */
  readonly id?: string | number | undefined;
  /** Its name: `nightly-report`. */
  readonly route?: string | undefined;
}

const aboutScope: OptionChecks<ScopeOptions> = {
  id: checkFor('a text or a number', value => typeof value === 'string' || typeof value === 'number'),
  route: aString,
};

/** A new request or job, inside the current one if there is one. */
export function newRequest(parent: Scope | undefined): RequestScope {
  const request: RequestScope = {
    kind: 'request',
    id: nextId('scope'),
    parent: surrounding(parent),
    left: false,
  };
  runningRequests.add(request);
  return request;
}

/** The requests and jobs that are not over, of all copies of this package. */
export const runningRequests = processWide('running requests', () => new Set<RequestScope>());

/** A request that is over stays around its successor: see `around`. */
function surrounding(outer: Scope | undefined): Scope | undefined {
  return around(outer?.kind === 'request' ? outer : stillOn(outer));
}

/** The request is over: sessions that were started in it should not be used any more. */
export function leaveRequest(request: RequestScope): void {
  const { id } = request;
  if (request.left) return;
  request.left = true;
  runningRequests.delete(request);
  request.context?.close();
  shared.pipeline.publishToWorld({
    v: 1,
    type: 'scope.left',
    at: clock.now(),
    client: 0,
    scope: id,
    newest: latestId('scope'),
    // Only sinks read it.
    request: shared.pipeline.hasSinks ? request.context?.read() : undefined,
  });
}

/**
 * Runs `fn` as one unit of work: a request, a job, a message. Rules about scopes compare these units; `fn` is not inside
 * transactions of the surrounding code.
 * @example
 * ```ts
 * import { scope } from 'session-guard';
 *
 * for (const _id of ['order-1', 'order-2'])
 *   await scope(() => orders.updateOne({ _id }, { $set: { status: 'sent' } }));
 * ```
 * @param about what findings and the stop of the process say of it (`finding.context`)
 */
export async function scope<T>(fn: () => T | Promise<T>, about?: ScopeOptions): Promise<T> {
  checkFunction('scope', fn);
  if (about !== undefined) checkOptions<ScopeOptions>(about, 'scope', aboutScope);
  const request = newRequest(currentScope());
  if (about !== undefined)
    request.context = new RequestNote(() => ({ ...about, id: about.id?.toString() }), request.id);
  try {
    const frame = scopeFrame(request.id);
    return await runInScope(request, () => frame(fn));
  } finally {
    leaveRequest(request);
  }
}

/**
 * Runs `fn` outside the surrounding transaction: its operations without a session are intended.
 * @example
 * ```ts
 * import { outsideTxn } from 'session-guard';
 *
 * await mongo.withTxn(async session => {
 *   await orders.insertOne({ _id: 'order-20', sku: 'tea' }, { session });
 *   // The count stays if the transaction is rolled back.
 *   await outsideTxn(() => users.updateOne({ _id: 'user-1' }, { $inc: { orders: 1 } }));
 * });
 * ```
 */
export function outsideTxn<T>(fn: () => T): T {
  checkFunction('outsideTxn', fn);
  return runInScope({ kind: 'outside', parent: around(currentScope()) }, fn);
}

/**
 * Runs `fn` without findings of one rule.
 * @param ruleId the rule, as its findings name it
 * @param reason why the code is right; for its reader, must not be empty
 * @throws SessionGuardError for a rule that does not exist, or without a reason
 * @example
 * ```ts
 * import { allow } from 'session-guard';
 *
 * await mongo.withTxn(async session => {
 *   await orders.insertOne({ _id: 'order-21', sku: 'tea' }, { session });
 *   await allow('outside-transaction', 'the count stays if the transaction is rolled back', () =>
 *     users.updateOne({ _id: 'user-1' }, { $inc: { orders: 1 } }),
 *   );
 * });
 * ```
 */
export function allow<T>(ruleId: RuleId, reason: string, fn: () => T): T {
  if (!ruleIds.includes(ruleId))
    throw invalidArgument(`allow: there is no rule '${ruleId}'. The rules: ${ruleIds.join(', ')}.`);
  if (typeof reason !== 'string' || reason.trim() === '')
    throw invalidArgument(
      "allow takes a reason before the function, which says why it is right here: allow('rule-id', 'reason', () => …).",
    );
  checkFunction('allow', fn);
  const scopeOfAllow: Scope = { kind: 'allow', rule: ruleId, parent: around(currentScope()) };
  return runInScope(scopeOfAllow, fn);
}

function checkFunction(name: string, fn: unknown): void {
  if (typeof fn !== 'function') throw invalidArgument(`${name} takes a function.`);
}
