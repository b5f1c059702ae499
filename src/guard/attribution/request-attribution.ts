import { callSites, type StackStart } from '../stack/stack.ts';
import type { LiveSession } from '../runtime/session/live-session.ts';
import { currentRequests } from '../scope/lookup.ts';
import { isScopeFrame } from '../stack/scope-frames.ts';
import { functionsAbove } from './function-identity.ts';

/** A request's handler, the functions it awaits, and a framework around it. */
const depth = 50;

/**
 * Callers of a request's handlers: Node's server, the end of the request's body, or a web framework that awaits the handlers.
 */
const server = /^node:(?:_http_|http2|internal\/(?:http2|streams)\/)/;
const framework =
  /[\\/]node_modules[\\/](?:express|router|fastify|@fastify|koa|koa-compose|@koa|@hapi|@nestjs|next|hono)[\\/]/;

/**
 * The requests or jobs for which the current code uses this session, innermost first. The async context alone is not reliable:
 * an in-process queue may run one request's job in the context of another request, which finished just before. So a request
 * that is new to the session counts only if the stack shows that it made the call; otherwise the request is unknown.
 */
export function requestsOf(live: LiveSession, below: StackStart): readonly number[] | undefined {
  const requests = currentRequests();
  const unit = requests?.at(-1);
  if (requests === undefined || unit === undefined || unit === live.request) return requests;
  const root = functionsAbove(below).at(-1)?.fn;
  const known = root !== undefined && live.requestRoots?.has(root) === true;
  if (!known && !isCalledByRequest(below, requests)) return undefined;
  noteRequest(live, unit, root);
  return requests;
}

/** The user has started a session in a request: the code that started it may continue to use it. */
export function noteStart(live: LiveSession, below: StackStart): void {
  if (live.request !== undefined) noteRequest(live, live.request, functionsAbove(below).at(-1)?.fn);
}

function noteRequest(live: LiveSession, unit: number, root: string | undefined): void {
  live.request = unit;
  if (root === undefined) return;
  live.requestRoots ??= new Set();
  live.requestRoots.add(root);
}

function isCalledByRequest(below: StackStart, requests: readonly number[]): boolean {
  return (callSites(below, depth) ?? []).some(site => {
    const file = site.getFileName() ?? '';
    const name = site.getFunctionName() ?? '';
    return server.test(file) || framework.test(file) || isScopeFrame(name, requests);
  });
}
