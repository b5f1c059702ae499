import { textOf } from '../../guard/runtime/request/request-note.ts';
import { isObject } from '../../platform/options/checks.ts';

/** What findings say of a call. */
export interface RequestOfCall {
  readonly id?: string | undefined;
  readonly method?: string | undefined;
  /** The pattern of a route, or the name of a function; no values. */
  readonly route?: string | undefined;
}

/** The fields that are read of an event or a request; each platform has some of them. */
interface Event {
  readonly method?: unknown;
  readonly httpMethod?: unknown;
  readonly resource?: unknown;
  readonly routeKey?: unknown;
  readonly requestContext?: { readonly http?: { readonly method?: unknown } };
}

interface Context {
  callbackWaitsForEmptyEventLoop?: unknown;
  readonly awsRequestId?: unknown;
  readonly functionName?: unknown;
  readonly getRemainingTimeInMillis?: unknown;
}

/**
 * AWS Lambda: the request's id of the context; the method and the pattern of an API Gateway event (`resource`, `routeKey`), or the
 * name of the function. Requests of Google Cloud Functions and of Next.js: their method.
 */
export function aboutEvent(...[first, second]: readonly unknown[]): RequestOfCall {
  const event: Event = isObject(first) ? first : {};
  const context: Context = isObject(second) ? second : {};
  const [, route] = /^\S+ (\S+)$/.exec(textOf(event.routeKey) ?? '') ?? [];
  return {
    id: textOf(context.awsRequestId),
    method: textOf(event.httpMethod) ?? textOf(event.requestContext?.http?.method) ?? textOf(event.method),
    route: textOf(event.resource) ?? route ?? textOf(context.functionName),
  };
}

/** AWS Lambda waits for the event loop of a handler that was called with a callback: the pool of a client never empties it. */
export function returnAtOnce([, second]: readonly unknown[]): void {
  if (isObject(second) && 'callbackWaitsForEmptyEventLoop' in second) {
    const context: Context = second;
    context.callbackWaitsForEmptyEventLoop = false;
  }
}

/** How long the call may still take, in milliseconds. */
export function remainingMS([, second]: readonly unknown[]): number {
  const context: Context = isObject(second) ? second : {};
  if (typeof context.getRemainingTimeInMillis !== 'function') return Infinity;
  const left: unknown = Reflect.apply(context.getRemainingTimeInMillis, context, []);
  return typeof left === 'number' ? left : Infinity;
}
