import { currentScope, type Scope, type TransactionScope } from './async-scope.ts';

/** The running transaction on this client that the current code belongs to. Not beyond a request's border or `outsideTxn`. */
export function currentTransaction(client: object): TransactionScope | undefined {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    if (scope.kind === 'outside' || scope.kind === 'request') return undefined;
    if (scope.kind === 'transaction' && scope.client === client && !scope.attempt.over) return scope;
  }
  return undefined;
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
    if ((scope.kind === 'transaction' || scope.kind === 'callback') && scope.token === token) return true;
  }
  return false;
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
