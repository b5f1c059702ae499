import { invalidArgument } from '../../errors/errors.ts';
import type { LogInOptions, LogInRequest } from '../framework/log-in-request.ts';
import { FastifySessionStore } from './fastify-session-store.ts';

/** `store.logIn`, with the store that the plugin has put into the request. */
export async function logIn(
  request: LogInRequest & { readonly sessionStore?: unknown },
  user: string,
  options?: LogInOptions,
): Promise<void> {
  const { sessionStore: store } = request;
  if (!(store instanceof FastifySessionStore))
    throw invalidArgument(
      'logIn takes a request of an application with @fastify/session and a FastifySessionStore.',
    );
  await store.logIn(request, user, options);
}
