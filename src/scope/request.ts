import { shared } from '../guard/shared-state.ts';
import { clock } from '../session/clock.ts';
import { latestId, nextId } from '../session/ids.ts';
import type { Scope } from './async-scope.ts';

export type RequestScope = Extract<Scope, { readonly kind: 'request' }>;

/** A request or job of its own, inside the one that we may be in. */
export function newRequest(parent: Scope | undefined): RequestScope {
  return { kind: 'request', id: nextId('scope'), parent };
}

/** It is over: what was started in it should not be used any more. */
export function leaveRequest({ id }: RequestScope): void {
  const newest = latestId('scope');
  shared.spine.publishToWorld({ v: 1, type: 'scope.left', at: clock.now(), client: 0, scope: id, newest });
}
