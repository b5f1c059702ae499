import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { safely } from '../../platform/failures.ts';
import type { Response } from '../../guard/runtime/request/http-requests.ts';
import { runInScope } from '../../guard/scope/async-scope.ts';
import type { RequestOptions } from '../request-options.ts';
import { scopeMaker, type Served } from '../scope-maker.ts';

/** A request of Nest's adapter for Express, or for Fastify (`raw`). */
export interface NestRequest {
  readonly id?: unknown;
  readonly log?: unknown;
  readonly raw?: object;
  readonly routeOptions?: { readonly url?: string };
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Makes each HTTP request a scope, whatever adapter serves it. Messages of other transports are not scopes. */
export class RequestInterceptor implements NestInterceptor {
  readonly #scopeOf: ReturnType<typeof scopeMaker<NestRequest>>;

  constructor(options: RequestOptions<NestRequest>) {
    this.#scopeOf = scopeMaker(options, {
      call: 'SessionGuardModule (requests)',
      route: ({ routeOptions }, known) => routeOptions?.url ?? known,
    });
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scope = context.getType() === 'http' ? safely(() => this.#scopeOf(servedIn(context))) : undefined;
    if (scope === undefined) return next.handle();
    return new Observable(subscriber => runInScope(scope, () => next.handle().subscribe(subscriber)));
  }
}

/** Of both adapters: that for Fastify has Node's own objects in its own. */
function servedIn(context: ExecutionContext): Served<NestRequest> {
  const http = context.switchToHttp();
  const request: NestRequest = http.getRequest();
  const reply: Response & { readonly raw?: Response } = http.getResponse();
  return { request, raw: request.raw ?? request, response: reply.raw ?? reply };
}
