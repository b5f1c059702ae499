import type { WorkTracker } from '../../guard/runtime/tracking/work-tracker.ts';
import { trackWork } from '../../guard/runtime/tracking/trackers.ts';
import { currentScope, type RequestScope } from '../../guard/scope/async-scope.ts';

/** How much of what a call has begun has not ended. */
export interface BegunWork {
  /** Operations and transactions. */
  work: number;
  /** Further batches of cursors. */
  batches: number;
}

const byCall = new WeakMap<RequestScope, BegunWork>();

const tracker: WorkTracker = {
  operation: ({ name }) => begins(name === 'getMore' ? 'batches' : 'work'),
  transaction: () => begins('work'),
};

let isTracked = false;

/** Counts from now on what the code of a call begins, and no other code. */
export function countWorkOf(call: RequestScope): BegunWork {
  if (!isTracked) trackWork(tracker);
  isTracked = true;
  const begun: BegunWork = { work: 0, batches: 0 };
  byCall.set(call, begun);
  return begun;
}

function begins(kind: keyof BegunWork): { readonly ended: () => void } | undefined {
  const begun = callOfCode();
  if (begun === undefined) return undefined;
  begun[kind] += 1;
  return {
    ended() {
      begun[kind] -= 1;
    },
  };
}

/** A call may have scopes of its own inside. */
function callOfCode(): BegunWork | undefined {
  for (let scope = currentScope(); scope !== undefined; scope = scope.parent) {
    const begun = scope.kind === 'request' ? byCall.get(scope) : undefined;
    if (begun !== undefined) return begun;
  }
  return undefined;
}
