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
 * This scope, as the parent of a new one, without the scopes around it that add nothing. Jobs that each start the next one before
 * they end would build an endless chain, since each scope was still on when the next one began in it.
 */
export function around(innermost: Scope | undefined): Scope | undefined {
  if (innermost?.parent === undefined) return innermost;
  let parent: Scope | undefined;
  for (const scope of thoseThatMatter(innermost).toReversed()) parent = within(parent, scope);
  return parent;
}

function thoseThatMatter(innermost: Scope): Scope[] {
  const kept: Scope[] = [];
  /** The last of them that are over, or have no end. */
  let latest: Scope[] = [];
  for (let scope: Scope | undefined = innermost; scope !== undefined; scope = scope.parent) {
    if (scope !== innermost && addsNothing(scope, latest)) continue;
    kept.push(scope);
    if (isRunning(scope)) latest = [];
    else latest.push(scope);
  }
  return kept;
}

/** In a running scope nobody misses what was taken out. Code may also be in the others, and must keep what is around them. */
function within(parent: Scope | undefined, scope: Scope): Scope {
  if (scope.parent === parent) return scope;
  if (!isRunning(scope)) return { ...scope, parent };
  scope.parent = parent;
  return scope;
}

function isRunning(scope: Scope): boolean {
  return scope.kind !== 'outside' && scope.kind !== 'allow' && !isOver(scope);
}

function addsNothing(scope: Scope, inner: readonly Scope[]): boolean {
  if (isOver(scope) && scope.kind !== 'request') return !hidesAnotherCall(scope);
  return inner.some(one => saysTheSame(one, scope));
}

function saysTheSame(inner: Scope, outer: Scope): boolean {
  if (outer.kind === 'outside') return inner.kind === 'outside';
  if (outer.kind === 'allow') return inner.kind === 'allow' && inner.rule === outer.rule;
  // A request that is over may have given a session to its successor; the requests before it have not.
  return outer.kind === 'request' && outer.left && inner.kind === 'request';
}

/** Around a manual transaction that is over, another call of the same function may run: see `currentTransaction`. */
function hidesAnotherCall(scope: Scope): boolean {
  if (scope.kind !== 'transaction' || scope.attempt.by !== 'user') return false;
  for (let outer = scope.parent; outer !== undefined; outer = outer.parent) {
    if (outer.kind === 'outside' || outer.kind === 'request') return false;
    if (outer.kind === 'transaction' && outer.client === scope.client)
      return outer.attempt.by === 'user' && !outer.attempt.over;
  }
  return false;
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

/**
 * The scope of a runner's attempt identifies code that the attempt has left behind, until its session ends; and the callback of
 * a call that was stopped, until that callback returns.
 */
function isForgotten({ by, session, run }: AttemptScope): boolean {
  return by === 'user' || (session.record.phase === 'ended' && !run.isLeftRunning);
}
