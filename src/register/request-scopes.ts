import { subscribe } from 'node:diagnostics_channel';
import { observationFailed } from '../guard/failures.ts';
import { shared } from '../guard/shared-state.ts';
import { enterScope } from '../scope/async-scope.ts';
import { leaveRequest, newRequest } from '../scope/request.ts';

interface Message {
  readonly response: { once(event: 'finish' | 'close', listener: () => void): unknown };
}

/**
 * Makes each request of Node's HTTP servers a scope: what its handlers begin belongs to it. Node publishes on this channel
 * before it calls the handlers, in the asynchronous context that is the request's own.
 */
export function scopeRequests(): void {
  subscribe('http.server.request.start', message => {
    // Without a driver there is nothing to tell apart, and no AsyncLocalStorage to pay for.
    if (shared.copies.size === 0) return;
    try {
      enterRequest(message as Message);
    } catch (bug) {
      observationFailed(bug);
    }
  });
}

function enterRequest({ response }: Message): void {
  // A connection is kept alive over several requests: what surrounds this one is the one before it.
  const request = newRequest(undefined);
  enterScope(request);
  let left = false;
  const leave = () => {
    if (!left) leaveRequest(request);
    left = true;
  };
  // The next request may be here before the first one's connection is done with; one that is cut off has no `finish`.
  response.once('finish', leave);
  response.once('close', leave);
}
