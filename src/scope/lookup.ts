import { type CallScope, currentScope, type Scope, type TransactionScope } from './async-scope.ts';

/**
 * The running transaction on this client that the current code belongs to. Not beyond a request's border or `outsideTxn`,
 * and not one that another call of the same function has started by hand.
 */
export function currentTransaction(client: object): TransactionScope | undefined {
  let left: TransactionScope | undefined;
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'outside' || scope.kind === 'request') return undefined;
    if (scope.kind !== 'transaction' || scope.client !== client) continue;
    if (!scope.attempt.over) return left !== undefined && isSameHome(left, scope) ? undefined : scope;
    if (scope.attempt.by === 'user') left ??= scope;
  }
  return undefined;
}

/** A call that is made while another one of its function runs is in that one's scope, below its own. */
function isSameHome({ attempt: { home } }: TransactionScope, outer: TransactionScope): boolean {
  const other = outer.attempt.home;
  if (other === undefined) return false;
  return home === undefined || home === 'unknown' || other === 'unknown' || home.fn === other.fn;
}

/** The attempt of a helper that lent this session to the current code, also when it is over. */
export function attemptOf(session: object): TransactionScope['attempt'] | undefined {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind !== 'transaction' || scope.attempt.by !== 'helper') continue;
    if (scope.attempt.session === session) return scope.attempt;
  }
  return undefined;
}

/** True if the current code runs inside the callback that this token stands for: to wait for it would never end. */
export function isInside(token: object): boolean {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if ('token' in scope && scope.token === token) return true;
  }
  return false;
}

/** The call of a library that the current code serves. Callbacks of the user's that run inside it are not its own code. */
export function currentCall(): CallScope | undefined {
  let scope = currentScope();
  while (scope?.kind === 'transaction' && scope.attempt.by === 'user') scope = scope.parent;
  return scope?.kind === 'call' ? scope : undefined;
}

/** Whether we are in a running transaction, of whatever client; `user` if one of them is manual. */
export function surroundingTransaction(): 'helper' | 'user' | undefined {
  let found: 'helper' | undefined;
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'outside' || scope.kind === 'request') return found;
    if (scope.kind !== 'transaction' || scope.attempt.over) continue;
    if (scope.attempt.by === 'user') return 'user';
    found = 'helper';
  }
  return found;
}

/** The requests or jobs that we are in, innermost first. */
export function currentRequests(): readonly number[] | undefined {
  let found: number[] | undefined;
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'request') (found ??= []).push(scope.id);
  }
  return found;
}

export function isAllowed(rule: string): boolean {
  for (let scope: Scope | undefined = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'allow' && scope.rule === rule) return true;
  }
  return false;
}
