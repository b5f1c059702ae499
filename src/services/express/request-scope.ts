import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkOptions } from '../../platform/options/check-options.ts';
import { runInScope } from '../../guard/scope/async-scope.ts';
import { requestChecks, type RequestOptions } from '../request-options.ts';
import { scopeMaker } from '../scope-maker.ts';

/** A request of Express, or of Node's own server; `id` and `log` are those that middleware such as pino-http sets. */
export type ScopedRequest = IncomingMessage & { readonly id?: unknown; readonly log?: unknown };

/** Middleware of Express 4 and 5, and of every framework that takes `(request, response, next)`. */
export type RequestScopeMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Makes each request a scope: findings carry its id, method and route, and the rules about requests work. Give it to the
 * application before its routes, and after the middleware that sets the request's id and log.
 * @example
 * ```ts
 * import express from 'express';
 * import { requestScope } from 'session-guard/express';
 *
 * const app = express();
 * app.use(requestScope({ id: req => req.headers['x-request-id'] }));
 * ```
 * @throws SessionGuardError for an option that cannot work
 */
export function requestScope(options: RequestOptions<ScopedRequest> = {}): RequestScopeMiddleware {
  checkOptions(options, 'requestScope', requestChecks);
  const scopeOf = scopeMaker<ScopedRequest>(options, {
    call: 'requestScope',
    route: (_request, known) => known,
  });
  return (request, response, next) => {
    const scope = scopeOf({ request, raw: request, response });
    if (scope === undefined) next();
    else runInScope(scope, () => next());
  };
}
