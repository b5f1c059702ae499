import { shared } from '../guard/shared-state.ts';
import { clock } from '../session/clock.ts';
import { latestId, nextId } from '../session/ids.ts';
import { type RequestScope, type Scope, stillOn } from './async-scope.ts';

/** A request or job of its own, inside the one that we may be in. */
export function newRequest(parent: Scope | undefined): RequestScope {
  return { kind: 'request', id: nextId('scope'), parent: surrounding(parent), left: false };
}

/** One that is over may have handed a session to its successor; what was before it has not. */
function surrounding(scope: Scope | undefined): Scope | undefined {
  if (scope?.kind !== 'request' || !scope.left) return stillOn(scope);
  return { ...scope, parent: stillOn(scope.parent) };
}

/** It is over: what was started in it should not be used any more. */
export function leaveRequest(request: RequestScope): void {
  const { id } = request;
  request.left = true;
  const newest = latestId('scope');
  shared.spine.publishToWorld({ v: 1, type: 'scope.left', at: clock.now(), client: 0, scope: id, newest });
}
