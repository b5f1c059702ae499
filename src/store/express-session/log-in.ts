import { invalidArgument } from '../../errors/errors.ts';
import { checkRequest } from '../framework/check-log-in.ts';
import type { LogInOptions, LogInRequest } from '../framework/log-in-request.ts';
import type { UserName } from '../framework/user-name.ts';
import { ExpressSessionStore } from './express-session-store.ts';

/** `store.logIn`, with the store that the session middleware has put into the request. */
export async function logIn(
  request: LogInRequest & { readonly sessionStore?: unknown },
  user: UserName,
  options?: LogInOptions,
): Promise<void> {
  checkRequest(request);
  const { sessionStore: store } = request;
  if (!(store instanceof ExpressSessionStore))
    throw invalidArgument('logIn takes a request behind session({ store }), with an ExpressSessionStore.');
  await store.logIn(request, user, options);
}
