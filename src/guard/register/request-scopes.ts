import { subscribe } from 'node:diagnostics_channel';
import { observationFailed } from '../../platform/failures.ts';
import { type Response, scopeOfHttp } from '../runtime/request/http-requests.ts';
import { aboutHttp } from '../runtime/request/about-http.ts';
import { shared } from '../runtime/process/shared-state.ts';
import { enterScope } from '../scope/async-scope.ts';

interface Message {
  readonly request: object;
  readonly response: Response;
}

/**
 * Makes each request of Node's HTTP servers a scope: the operations of its handlers belong to it. Node publishes on this
 * channel before it calls the handlers, in the request's own asynchronous context.
 */
export function scopeRequests(): void {
  subscribe('http.server.request.start', message => {
    // Without a driver scopes are not needed, and AsyncLocalStorage would have a cost.
    if (shared.copies.size === 0) return;
    try {
      const { request, response } = message as Message;
      enterScope(scopeOfHttp(request, response, { about: () => aboutHttp(request) }));
    } catch (bug) {
      observationFailed(bug);
    }
  });
}
