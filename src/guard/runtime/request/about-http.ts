import { type About, textOf } from './request-note.ts';

/**
 * What Node's request says of itself, and Express, which writes its route there: the method and the pattern, not the URL, whose
 * values do not belong into a log.
 */
export function aboutHttp(request: object): About {
  const { method, baseUrl, route }: { method?: unknown; baseUrl?: unknown; route?: unknown } = request;
  return { method: textOf(method), route: patternOf(withoutValues(textOf(baseUrl) ?? ''), route) };
}

/** Express: the path of the matched route, below the path of its router. Node's own requests have none. */
function patternOf(base: string, route: unknown): string | undefined {
  if (typeof route !== 'object' || route === null || !('path' in route)) return undefined;
  const { path } = route;
  if (typeof path === 'string') return path === '/' && base !== '' ? base : `${base}${path}`;
  return path instanceof RegExp || Array.isArray(path) ? `${base}${String(path)}` : undefined;
}

/**
 * Express keeps of a router's own path what has matched it, values included. What is not a plain word may be a value, and is left out.
 */
function withoutValues(base: string): string {
  return base
    .split('/')
    .map(segment => (word.test(segment) ? segment : ':value'))
    .join('/');
}

const word = /^(?:[a-z][a-z_-]*|v\d+|)$/i;
