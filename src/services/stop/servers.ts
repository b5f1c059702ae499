import { invalidArgument } from '../../errors/errors.ts';
import type { HttpServer } from './http-drain.ts';

/** An application with a server inside: Fastify (`server`), NestJS (`getHttpServer()`). Its `close` runs its own hooks. */
export interface Application {
  close(): unknown;
  readonly server?: unknown;
  getHttpServer?(): unknown;
}

/** What can be stopped. */
export type Stoppable = HttpServer | Application;

export interface Found {
  readonly servers: readonly HttpServer[];
  readonly applications: readonly Application[];
}

/**
 * The servers in what the user gave.
 * @throws SessionGuardError for anything that is not a server, and has none
 */
export function serversIn(given: Stoppable | readonly Stoppable[] | null | undefined): Found {
  const all = given == null ? [] : isList(given) ? given : [given];
  const servers = new Set<HttpServer>();
  const applications: Application[] = [];
  for (const one of all) {
    const server = serverOf(one);
    if (server === undefined)
      throw invalidArgument(
        'gracefulStop takes a server of http, https or http2, an application of Fastify or NestJS, a list of them, or null for a process without a server. With Express, give what app.listen() returns.',
      );
    servers.add(server);
    if (!isServer(one)) applications.push(one);
  }
  return { servers: [...servers], applications };
}

function isList(given: Stoppable | readonly Stoppable[]): given is readonly Stoppable[] {
  return Array.isArray(given);
}

function serverOf(one: unknown): HttpServer | undefined {
  if (isServer(one)) return one;
  if (typeof one !== 'object' && typeof one !== 'function') return undefined;
  if (one === null || !('close' in one)) return undefined;
  const inner =
    'getHttpServer' in one && typeof one.getHttpServer === 'function' ? one.getHttpServer() : undefined;
  const server: unknown = inner ?? ('server' in one ? one.server : undefined);
  return isServer(server) ? server : undefined;
}

function isServer(value: unknown): value is HttpServer {
  if (typeof value !== 'object' || value === null) return false;
  return 'listening' in value && 'close' in value && 'prependListener' in value;
}
