import { endLeftOpenBy } from '../guard/driver/session/left-open.ts';
import { demandObservation } from '../guard/runtime/process/on-demand.ts';
import { aboutHttp } from '../guard/runtime/request/about-http.ts';
import { type HttpRequest, type Response, scopeOfHttp } from '../guard/runtime/request/http-requests.ts';
import type { RequestScope } from '../guard/scope/async-scope.ts';
import { askOption, safely } from '../platform/failures.ts';
import type { RequestOptions } from './request-options.ts';

/** What a framework knows of its requests, where the options say nothing. */
export interface Defaults<Req> {
  /** The call to which the options were given, for messages. */
  readonly call: string;
  /** @param known the pattern that Node's own request has */
  readonly route: (request: Req, known: string | undefined) => string | undefined;
  readonly log?: (request: Req) => unknown;
}

/** One request: the framework's object, and Node's own two. */
export interface Served<Req> {
  readonly request: Req;
  readonly raw: object;
  readonly response: Response;
}

/**
 * How a framework's plugin makes the scope of a request. A function of the options that throws is named in a warning, and the
 * value that it should have given is missing.
 * @returns a function that gives the scope; undefined if the observation has failed: the request is served all the same
 */
export function scopeMaker<Req extends { readonly id?: unknown }>(
  { id = ({ id: own }) => own, log, route, leftOpen }: RequestOptions<Req>,
  defaults: Defaults<Req>,
): (served: Served<Req>) => RequestScope | undefined {
  const onLeft: HttpRequest['onLeft'] = leftOpen === 'end' ? scope => void endLeftOpenBy(scope) : undefined;
  // Only the sessions of an observed driver are known.
  if (leftOpen === 'end') demandObservation();
  const ask = <T>(name: string, answer: () => T) =>
    askOption(`The function '${name}' of ${defaults.call}`, answer);
  return ({ request, raw, response }) => {
    const about = () => {
      const known = aboutHttp(raw);
      const pattern =
        route === undefined ? defaults.route(request, known.route) : ask('route', () => route(request));
      return { ...known, id: idOf(ask('id', () => id(request))), route: pattern };
    };
    const logOf = () => (log === undefined ? defaults.log?.(request) : ask('log', () => log(request)));
    return safely(() => scopeOfHttp(raw, response, { about, log: logOf(), onLeft }));
  };
}

/** Ids of an application are texts or numbers; anything else is ignored. */
function idOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
