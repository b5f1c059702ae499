import { callSites } from '../../guard/call-sites.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { currentRequests } from '../../scope/lookup.ts';
import { isScopeFrame } from '../../scope/scope-frames.ts';
import { functionsAbove } from './function-identity.ts';

type Below = (...args: never[]) => unknown;

/** A request's handler, the functions it awaits, and a framework around it. */
const depth = 50;

/** What calls the handlers of a request: Node's server, or the end of its body; or a web framework that awaits them. */
const server = /^node:(?:_http_|http2|internal\/(?:http2|streams)\/)/;
const framework =
  /[\\/]node_modules[\\/](?:express|router|fastify|@fastify|koa|koa-compose|@koa|@hapi|@nestjs|next|hono)[\\/]/;

/**
 * The requests or jobs that the current code works for on this session, innermost first. The async context alone does not
 * tell: an in-process queue runs one request's job in the context of another, which happened to finish before. So a request
 * that is new to the session counts only if the stack shows that it made the call; else nothing is known.
 */
export function requestsOf(live: LiveSession, below: Below): readonly number[] | undefined {
  const requests = currentRequests();
  const unit = requests?.at(-1);
  if (requests === undefined || unit === undefined || unit === live.request) return requests;
  const root = functionsAbove(below).at(-1)?.fn;
  const known = root !== undefined && live.requestRoots?.has(root) === true;
  if (!known && !isCalledByRequest(below, requests)) return undefined;
  noteRequest(live, unit, root);
  return requests;
}

/** The user has started a session in a request: what started it may go on with it. */
export function noteStart(live: LiveSession, below: Below): void {
  if (live.request !== undefined) noteRequest(live, live.request, functionsAbove(below).at(-1)?.fn);
}

function noteRequest(live: LiveSession, unit: number, root: string | undefined): void {
  live.request = unit;
  if (root === undefined) return;
  live.requestRoots ??= new Set();
  live.requestRoots.add(root);
}

function isCalledByRequest(below: Below, requests: readonly number[]): boolean {
  return (callSites(below, depth) ?? []).some(site => {
    const file = site.getFileName() ?? '';
    const name = site.getFunctionName() ?? '';
    return server.test(file) || framework.test(file) || isScopeFrame(name, requests);
  });
}
