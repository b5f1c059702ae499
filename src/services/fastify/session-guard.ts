import { hiddenField } from '../../platform/hidden-field.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkOptions, type OptionChecks } from '../../platform/options/check-options.ts';
import { anything, checkFor } from '../../platform/options/checks.ts';
import { type RequestScope, runInScope } from '../../guard/scope/async-scope.ts';
import { ConnectionManager } from '../../guard/manager/connection-manager.ts';
import { requestChecks, type RequestOptions } from '../request-options.ts';
import { scopeMaker } from '../scope-maker.ts';

/** The options of the plugin. By default the id and the log are those of Fastify's request. */
export interface SessionGuardPluginOptions extends RequestOptions<FastifyRequest> {
  /** The manager that `app.close()` closes, after the server and all requests; without one, requests are scopes and no more. */
  readonly manager?: ConnectionManager | undefined;
}

/** Options of `register` itself. */
type OfFastify = Readonly<Record<'prefix' | 'logLevel' | 'logSerializers', unknown>>;

const call = 'register(sessionGuard, …)';

const checks: OptionChecks<SessionGuardPluginOptions & OfFastify> = {
  ...requestChecks,
  manager: checkFor('a ConnectionManager', value => value instanceof ConnectionManager),
  prefix: anything,
  logLevel: anything,
  logSerializers: anything,
};

/**
 * A plugin for Fastify 5: each request is a scope, with the id, the log and the route of Fastify, and `app.close()` closes the
 * manager last. It is for the whole application, not only for the context in which it is registered.
 * @example
 * ```ts
 * import Fastify from 'fastify';
 * import { sessionGuard } from 'session-guard/fastify';
 *
 * const app = Fastify();
 * await app.register(sessionGuard, { manager: mongo });
 * await app.close();
 * ```
 * An option that cannot work rejects `app.register()` with a SessionGuardError.
 */
export function sessionGuard(
  app: FastifyInstance,
  options: SessionGuardPluginOptions,
  done: (error?: Error) => void,
): void {
  try {
    checkOptions<SessionGuardPluginOptions & OfFastify>(options, call, checks);
  } catch (invalid) {
    // An error that a plugin throws ends the process: instead, `app.register()` and `app.ready()` are rejected.
    done(invalid as Error);
    return;
  }
  const { manager, ...requests } = options;
  scopeRequests(app, requests);
  // Hooks of `onClose` run when the server has answered all requests.
  if (manager !== undefined) app.addHook('onClose', () => manager.close());
  done();
}

// As fastify-plugin marks a plugin.
Object.assign(sessionGuard, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'session-guard',
  [Symbol.for('plugin-meta')]: { name: 'session-guard', fastify: '5.x' },
});

function scopeRequests(app: FastifyInstance, options: RequestOptions<FastifyRequest>): void {
  const scopeOf = scopeMaker<FastifyRequest>(options, { call, log: logOf, route: routeOf });
  const scopes = hiddenField<FastifyRequest, RequestScope>();
  const inScope = (request: FastifyRequest, next: () => void) => {
    const scope = scopes.get(request);
    if (scope === undefined) next();
    else runInScope(scope, next);
  };
  app.addHook('onRequest', (request, reply, next) => {
    const scope = scopeOf({ request, raw: request.raw, response: reply.raw });
    if (scope !== undefined) scopes.set(request, scope);
    inScope(request, () => next());
  });
  // The body was read in between, by events of the connection, which do not carry the scope.
  app.addHook('preValidation', (request, _reply, next) => inScope(request, () => next()));
}

/** With `logger: false`, which is the default of Fastify, the log of a request does nothing: its methods are one and the same. */
function logOf({ log }: FastifyRequest): unknown {
  return log.warn === log.error ? undefined : log;
}

function routeOf({ routeOptions }: FastifyRequest): string | undefined {
  return routeOptions.url;
}
