import { hiddenField } from '../../../platform/hidden-field.ts';
import type { RequestScope } from '../../scope/async-scope.ts';
import { hasMethods, isObject } from '../../../platform/options/checks.ts';
import { processWide } from '../../../platform/process-wide.ts';
import { type About, RequestNote } from './request-note.ts';
import { leaveRequest, newRequest } from './scope.ts';

/** What is used of Node's `ServerResponse`, of HTTP/1 or HTTP/2. */
export interface Response {
  readonly writableFinished?: boolean;
  once(event: 'finish' | 'close', listener: () => void): unknown;
}

/** The scopes of HTTP requests, by Node's own object of the request. */
const scopes = processWide('http requests', () => hiddenField<object, RequestScope>());

/** What a framework knows of a request. */
export interface HttpRequest {
  readonly about: () => About;
  readonly log?: unknown;
  /** Called when the request is over, by its answer or because its client hung up. */
  readonly onLeft?: ((scope: RequestScope) => void) | undefined;
}

/**
 * The scope of a request, one for each however many ask: the preload, and the middleware of a framework, which knows more of
 * it. It is over when the response is sent or cut off.
 */
export function scopeOfHttp(request: object, response: Response, http: HttpRequest): RequestScope {
  const known = scopes.get(request);
  const scope = known ?? open(request, response);
  scope.context = new RequestNote(http.about, scope.id, http.log);
  const { onLeft } = http;
  if (onLeft !== undefined) {
    scope.sessions ??= new Set();
    whenOver(request, response, () => onLeft(scope));
  }
  return scope;
}

/** The scope of a request, if something has made it one. */
export function scopeOfRequest(request: object): RequestScope | undefined {
  return scopes.get(request);
}

function open(request: object, response: Response): RequestScope {
  // A keep-alive connection serves several requests: the scope around this request is the scope of the request before.
  const scope = newRequest(undefined);
  scopes.set(request, scope);
  whenOver(request, response, () => leaveRequest(scope));
  return scope;
}

/** The next request may arrive before the `close` of the first response; a response that is cut off has no `finish`. */
function whenOver(request: object, response: Response, fn: () => void): void {
  const waiting = waitingOn(Reflect.get(request, 'socket'));
  let over = false;
  const once = () => {
    waiting?.delete(once);
    if (!over) fn();
    over = true;
  };
  response.once('finish', once);
  response.once('close', once);
  waiting?.add(once);
}

/** By the connection of a request. */
const waitingBySocket = new WeakMap<object, Set<() => void>>();

/**
 * What is done when a connection is closed. A response that waits for an earlier one of its connection has, in some versions of
 * Node, no `close`.
 */
function waitingOn(socket: unknown): Set<() => void> | undefined {
  if (!isObject(socket)) return undefined;
  const known = waitingBySocket.get(socket);
  if (known !== undefined || !hasMethods(socket, ['once'])) return known;
  const waiting = new Set<() => void>();
  waitingBySocket.set(socket, waiting);
  Reflect.apply(Reflect.get(socket, 'once'), socket, [
    'close',
    () => {
      for (const end of waiting) end();
    },
  ]);
  return waiting;
}
