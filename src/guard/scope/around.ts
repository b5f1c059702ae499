import { type AttemptScope, currentScope, type Scope } from './async-scope.ts';

/** The scope that a new one is in: the current scope, without those that have ended. */
export function currentScopeStillOn(): Scope | undefined {
  return around(stillOn(currentScope()));
}

export function stillOn(scope: Scope | undefined): Scope | undefined {
  let on = scope;
  while (on !== undefined && isOver(on)) on = on.parent;
  return on;
}

/**
 * This scope, as the parent of a new one: scopes around it that add nothing are taken out. Jobs that each start the next one
 * before they end would build an endless chain, since each scope was still on when the next one began in it.
 */
export function around(innermost: Scope | undefined): Scope | undefined {
  // The scopes from here on have no end, or are over. What runs in another scope must keep what is around that scope.
  let run = innermost;
  for (let scope = innermost; scope !== undefined; scope = scope.parent) {
    if (isRunning(scope)) run = scope.parent;
    while (scope.parent !== undefined && addsNothing(scope.parent, run)) scope.parent = scope.parent.parent;
  }
  return innermost;
}

function isRunning(scope: Scope): boolean {
  return scope.kind !== 'outside' && scope.kind !== 'allow' && !isOver(scope);
}

function addsNothing(scope: Scope, run: Scope | undefined): boolean {
  if (isOver(scope) && scope.kind !== 'request') return true;
  for (let inner = run; inner !== undefined && inner !== scope; inner = inner.parent)
    if (saysTheSame(inner, scope)) return true;
  return false;
}

function saysTheSame(inner: Scope, outer: Scope): boolean {
  if (outer.kind === 'outside') return inner.kind === 'outside';
  if (outer.kind === 'allow') return inner.kind === 'allow' && inner.rule === outer.rule;
  // A request that is over may have given a session to its successor; the requests before it have not.
  return outer.kind === 'request' && outer.left && inner.kind === 'request';
}

function isOver(scope: Scope): boolean {
  switch (scope.kind) {
    case 'request':
      return scope.left;
    case 'callback':
      return !scope.running.has(scope.token);
    case 'transaction':
      return scope.attempt.over && isForgotten(scope.attempt);
    default:
      return false;
  }
}

/** The scope identifies code that an attempt of a runner has left behind, until its session ends. */
function isForgotten({ by, session }: AttemptScope): boolean {
  return by === 'user' || session.record.phase === 'ended';
}
