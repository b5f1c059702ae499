import { invalidArgument, invalidOption } from '../../../errors/errors.ts';
import { StoreUnavailableError } from '../../errors.ts';
import { captureSite } from '../../../guard/scope/site-capture.ts';
import { cutOff } from '../../options/settings.ts';
import { admit, type Proof, auditingRefusal } from '../../sessions/log-in.ts';
import type { PendingLogIn } from '../shared/pending-log-ins.ts';
import { checkLogIn, checkRequest, type LogInOptions, type LogInRequest } from './check-log-in.ts';
import { endSession } from '../session/end-session.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import { keyOf } from '../shared/held.ts';
import { answerOf, warnOfLateLogIn } from './late-log-in.ts';
import { userNameOf } from '../shared/user-name.ts';

type Done = (error?: unknown) => void;

interface RequestSession {
  regenerate(done: Done): unknown;
  save(done: Done): unknown;
}

/**
 * The store that a framework has put into a request.
 * @param message what is wrong if it has put none there, or another
 */
export function storeIn<S>(
  request: LogInRequest & { readonly sessionStore?: unknown },
  Store: abstract new (...args: never[]) => S,
  message: string,
): S {
  checkRequest(request);
  const { sessionStore: store } = request;
  if (!(store instanceof Store)) throw invalidArgument(message);
  return store;
}

/**
 * Replaces the request's session with a new session for a user who has logged in. If this fails, the request has a session that
 * cannot be saved.
 */
export async function logInRequest(
  framework: FrameworkContext,
  request: LogInRequest,
  name: unknown,
  options: LogInOptions,
): Promise<void> {
  const { context, pendingLogIns, guardedLogIns } = framework;
  checkRequest(request);
  const site = captureSite(logInRequest, undefined, null);
  const answer = answerOf(request);
  const user = userNameOf(name, 'logIn was given');
  const { device = userAgentOf(request), ...proof } = checkLogIn(options);
  sessionOf(request);
  const userKey = context.userKeys.newest(user);
  const known = isGiven(proof) ? proof : guardedLogIns.proofIn(request, user);
  const admission = await auditingRefusal(context, admit(context, user, userKey, known));
  const pending: PendingLogIn = {
    ...admission,
    user,
    userKey,
    device: device === undefined ? undefined : cutOff(device),
  };
  pendingLogIns.add(request, pending);
  try {
    await called(done => sessionOf(request).regenerate(done));
    if (pendingLogIns.idOf(pending) === undefined)
      throw invalidOption(
        "logIn needs the store's ids: set genid (express-session) or idGenerator (@fastify/session) to store.idGenerator.",
      );
    await called(done => sessionOf(request).save(done));
    warnOfLateLogIn(answer, site);
  } catch (error) {
    await withdraw(framework, pendingLogIns.idOf(pending));
    throw error;
  } finally {
    pendingLogIns.done(request, pending);
  }
}

function isGiven({ login, authenticatedAt }: Proof): boolean {
  return login !== undefined || authenticatedAt !== undefined;
}

function sessionOf({ session }: LogInRequest): RequestSession {
  if (!isRequestSession(session))
    throw invalidArgument(
      'logIn takes a request that has a session: the session middleware comes before it.',
    );
  return session;
}

function isRequestSession(session: unknown): session is RequestSession {
  if (typeof session !== 'object' || session === null) return false;
  const { regenerate, save }: { regenerate?: unknown; save?: unknown } = session;
  return typeof regenerate === 'function' && typeof save === 'function';
}

function called(call: (done: Done) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call(error => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

/** A failed call may still have stored the session, and the session must not be saved when the request ends. */
async function withdraw(framework: FrameworkContext, id: string | undefined): Promise<void> {
  if (id === undefined) return;
  try {
    await endSession(framework, id, keyOf(id), 'withdrawn');
  } catch (error) {
    // No browser has its cookie: it expires unused.
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/** @param request of a browser; the object that a job or a socket passes instead may have no headers */
export function userAgentOf(request: unknown): string | undefined {
  const { headers }: { headers?: unknown } = Object(request);
  const { 'user-agent': agent }: { 'user-agent'?: unknown } = Object(headers);
  return typeof agent === 'string' && agent !== '' ? agent : undefined;
}
