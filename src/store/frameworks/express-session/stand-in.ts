import type { SessionData } from 'express-session';
import { invalidArgument } from '../../../errors/errors.ts';
import type { StandIn } from '../session/renew-id.ts';

/** A request after the session middleware. */
export interface SessionRequest {
  session?: unknown;
  sessionID?: unknown;
}

/** The store's method that creates a session from its data and puts it into a request. */
type CreateSession = (request: SessionRequest, data: SessionData) => object;

/** The session of a request with the same data, under another id. The middleware then sets the cookie of this id. */
export function standInFor(request: SessionRequest, id: string, createSession: CreateSession): StandIn {
  const { session, sessionID } = request;
  if (!hasCookie(session)) throw withoutSession();
  request.sessionID = id;
  const made = createSession(request, { ...session, cookie: session.cookie.toJSON() });
  return {
    session: made,
    undo() {
      Object.assign(request, { session, sessionID });
    },
  };
}

type Cookie = SessionData['cookie'];

function hasCookie(
  session: unknown,
): session is { readonly cookie: Cookie & { readonly toJSON: () => Cookie } } {
  if (typeof session !== 'object' || session === null || !('cookie' in session)) return false;
  const { toJSON }: { toJSON?: unknown } = Object(session.cookie);
  return typeof toJSON === 'function';
}

function withoutSession(): Error {
  return invalidArgument('This takes a request behind session({ store }), with an ExpressSessionStore.');
}
