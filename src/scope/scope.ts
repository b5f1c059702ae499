import { invalidArgument } from '../errors/errors.ts';
import { type RuleId, ruleIds } from '../rules/rule-id.ts';
import { currentScope, runInScope, type Scope } from './async-scope.ts';
import { leaveRequest, newRequest } from './request.ts';
import { scopeFrame } from './scope-frames.ts';

/**
 * Runs `fn` as one unit of work: a request, a job, a message. Rules that speak of scopes compare these; transactions of the
 * surrounding code do not reach in.
 */
export async function scope<T>(fn: () => T | Promise<T>): Promise<T> {
  checkFunction('scope', fn);
  const request = newRequest(currentScope());
  try {
    const frame = scopeFrame(request.id);
    return await runInScope(request, () => frame(fn));
  } finally {
    leaveRequest(request);
  }
}

/** Runs `fn` outside the surrounding transaction: what it sends without a session is meant to be so. */
export function outsideTxn<T>(fn: () => T): T {
  checkFunction('outsideTxn', fn);
  return runInScope({ kind: 'outside', parent: currentScope() }, fn);
}

/**
 * Runs `fn` without findings of one rule.
 * @param ruleId the rule, as its findings name it
 * @param reason why it is right here; for the reader of the code, must not be empty
 * @throws SessionGuardError for a rule that does not exist, or without a reason
 */
export function allow<T>(ruleId: RuleId, reason: string, fn: () => T): T {
  checkFunction('allow', fn);
  if (!ruleIds.includes(ruleId))
    throw invalidArgument(`allow: there is no rule '${ruleId}'. The rules: ${ruleIds.join(', ')}.`);
  if (typeof reason !== 'string' || reason.trim() === '')
    throw invalidArgument('allow takes a reason: say why it is right here.');
  const scopeOfAllow: Scope = { kind: 'allow', rule: ruleId, parent: currentScope() };
  return runInScope(scopeOfAllow, fn);
}

function checkFunction(name: string, fn: unknown): void {
  if (typeof fn !== 'function') throw invalidArgument(`${name} takes a function.`);
}
