import type { IncomingMessage } from 'node:http';
import type { ConnectionManager } from '../../guard/manager/connection-manager.ts';
import { asDriverClient } from '../../guard/manager/client/driver-views.ts';
import { workInFlight } from '../../guard/driver/client/work-in-flight.ts';
import { aboutHttp } from '../../guard/runtime/request/about-http.ts';
import { scopeOfRequest } from '../../guard/runtime/request/http-requests.ts';
import { guardOf } from '../../guard/runtime/process/shared-state.ts';
import { runningRequests } from '../../guard/runtime/request/scope.ts';
import type { RequestScope } from '../../guard/scope/async-scope.ts';
import type { HttpDrain } from './http-drain.ts';

/** What a stop waits for, as readable text: requests, streams, jobs, transactions, operations. Values of URLs are not in it. */
export function workLeft(
  drains: readonly HttpDrain[],
  managers: readonly ConnectionManager[],
  own: RequestScope | undefined,
): readonly string[] {
  const requests = drains.flatMap(drain => drain.open());
  const ofHttp = new Set(requests.map(scopeOfRequest));
  const scopes = [...runningRequests].filter(scope => scope !== own && !ofHttp.has(scope));
  return [
    ...requests.map(nameOfRequest),
    ...counted(
      drains.reduce((sum, { streams }) => sum + streams, 0),
      'request of HTTP/2',
    ),
    ...counted(
      drains.reduce((sum, { upgraded }) => sum + upgraded, 0),
      'upgraded connection (WebSocket)',
    ),
    ...scopes.map(nameOfScope),
    ...managers.flatMap(workOf),
  ];
}

function workOf({ client }: ConnectionManager): readonly string[] {
  const known = asDriverClient(client);
  const { operations, callbacks } = workInFlight(known, guardOf(known));
  return [...operations, ...counted(callbacks, 'callback of a session or a transaction')];
}

function nameOfRequest(request: IncomingMessage): string {
  const scope = scopeOfRequest(request);
  if (scope?.context !== undefined) return nameOfScope(scope);
  const { method = 'a', route } = aboutHttp(request);
  return route === undefined ? `${method} request` : `${method} ${route}`;
}

function nameOfScope({ context }: RequestScope): string {
  if (context === undefined) return 'a job (scope)';
  const { id, method, route = 'request' } = context.read();
  const what = method === undefined ? route : `${method} ${route}`;
  return id === undefined ? what : `${what} (id ${id})`;
}

function counted(count: number, what: string): readonly string[] {
  if (count === 0) return [];
  return [count === 1 ? `1 ${what}` : `${count} of: ${what}`];
}
