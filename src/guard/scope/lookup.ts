import type { ContextSource } from '../events/events.ts';
import {
  type CallScope,
  currentScope,
  type RequestScope,
  type Scope,
  type TransactionScope,
} from './async-scope.ts';

/**
 * The running transaction on this client to which the current code belongs. The search stops at the boundary of a request or of
 * `outsideTxn`, and skips a manual transaction of another call of the same function.
 */
export function currentTransaction(client: object): TransactionScope | undefined {
  let left: TransactionScope | undefined;
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'outside' || scope.kind === 'request') return undefined;
    if (scope.kind !== 'transaction' || scope.client !== client) continue;
    if (!scope.attempt.over) return left !== undefined && isSameOwner(left, scope) ? undefined : scope;
    if (scope.attempt.by === 'user') left ??= scope;
  }
  return undefined;
}

/** The attempt on this client whose call was stopped by a limit, if the current code is in its callback, which still runs. */
export function stoppedAttempt(client: object): TransactionScope['attempt'] | undefined {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'outside' || scope.kind === 'request') return undefined;
    if (scope.kind !== 'transaction' || scope.client !== client || scope.attempt.by !== 'runner') continue;
    return scope.attempt.run.isLeftRunning ? scope.attempt : undefined;
  }
  return undefined;
}

/** A call that is made while another call of the same function runs may be in the scope of that call, below its own scope. */
function isSameOwner({ attempt: { owner } }: TransactionScope, outer: TransactionScope): boolean {
  const other = outer.attempt.owner;
  if (other === undefined) return false;
  return owner === undefined || owner === 'unknown' || other === 'unknown' || owner.fn === other.fn;
}

/** The attempt of a runner that passed this session to the current code, also when the attempt is over. */
export function attemptOf(session: object): TransactionScope['attempt'] | undefined {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind !== 'transaction' || scope.attempt.by !== 'runner') continue;
    if (scope.attempt.session === session) return scope.attempt;
  }
  return undefined;
}

/** True if the current code runs inside the callback of this token: a wait for that callback would never end. */
export function isInside(token: object): boolean {
  return scopeOf(token) !== undefined;
}

/** The same while that callback still runs: afterwards, what it has left behind waits for nothing of it. */
export function isInsideRunning(token: object): boolean {
  const scope = scopeOf(token);
  return scope !== undefined && (scope.kind !== 'transaction' || !scope.attempt.over);
}

/** The innermost scope with this token around the current code. */
function scopeOf(token: object): Scope | undefined {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if ('token' in scope && scope.token === token) return scope;
  }
  return undefined;
}

/** The library call to which the current code belongs. User callbacks that run inside the call do not belong to it. */
export function currentCall(): CallScope | undefined {
  let scope = currentScope();
  while (scope?.kind === 'transaction' && scope.attempt.by === 'user') scope = scope.parent;
  return scope?.kind === 'call' ? scope : undefined;
}

/** Whether the current code is in a running transaction of any client; `user` if one of them is manual. */
export function surroundingTransaction(): 'runner' | 'user' | undefined {
  let found: 'runner' | undefined;
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'outside' || scope.kind === 'request') return found;
    if (scope.kind !== 'transaction' || scope.attempt.over) continue;
    if (scope.attempt.by === 'user') return 'user';
    found = 'runner';
  }
  return found;
}

/** The requests or jobs of the current code, innermost first. */
export function currentRequests(): readonly number[] | undefined {
  let found: number[] | undefined;
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'request') (found ??= []).push(scope.id);
  }
  return found;
}

/** The innermost request or job of the current code. */
export function currentRequest(): RequestScope | undefined {
  let scope = currentScope();
  while (scope !== undefined && scope.kind !== 'request') scope = scope.parent;
  return scope;
}

/** What is known of the innermost request or job of which anything is known. */
export function currentContext(): ContextSource | undefined {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'request' && scope.context !== undefined) return scope.context;
  }
  return undefined;
}

export function isAllowed(rule: string): boolean {
  for (let scope: Scope | undefined = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'allow' && scope.rule === rule) return true;
  }
  return false;
}
