import { invalidArgument, invalidOption } from '../../errors/errors.ts';
import { StoreUnavailableError } from '../errors.ts';
import { captureSite } from '../../guard/site-capture.ts';
import { cutOff } from '../options/cut-off.ts';
import { admit, type LogIn, type Proof } from '../sessions/log-in.ts';
import type { Birth } from './births.ts';
import { checkLogIn, checkRequest } from './check-log-in.ts';
import { endSession } from './end-session.ts';
import type { Framework } from './framework.ts';
import { keyOf } from './held.ts';
import { answerOf, tellLateLogIn } from './late-log-in.ts';
import { userNameOf } from './user-name.ts';

/** Of a framework's request, what a log-in needs. */
export interface LogInRequest {
  /** Of a socket or a job there may be none. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  readonly session?: unknown;
}

export interface LogInOptions {
  /** From `beginLogIn` of the store, called before the password was checked: a `destroyAll` since then refuses the log-in. */
  readonly login?: LogIn | undefined;
  /** When the user has proven who they are, milliseconds since 1970, where no `login` can be had (single sign-on). */
  readonly authenticatedAt?: number | undefined;
  /**
   * What the user knows the device by; cut off at 256 bytes.
   * @default the `User-Agent` of the request
   */
  readonly device?: string | undefined;
}

type Done = (error?: unknown) => void;

interface RequestSession {
  regenerate(done: Done): unknown;
  save(done: Done): unknown;
}

/**
 * A new session for a user who has logged in, in the place of the request's own. When this fails, the request has a session that
 * cannot be saved.
 */
export async function logInRequest(
  framework: Framework,
  request: LogInRequest,
  name: unknown,
  options: LogInOptions,
): Promise<void> {
  const { parts, births, fences } = framework;
  checkRequest(request);
  const site = captureSite(logInRequest, undefined, null);
  const answer = answerOf(request);
  const user = userNameOf(name, 'logIn was given');
  const { device = userAgentOf(request), ...proof } = checkLogIn(options);
  sessionOf(request);
  const tag = parts.tags.newest(user);
  const admission = await admit(parts, user, tag, isGiven(proof) ? proof : fences.proofIn(request, user));
  const birth: Birth = { ...admission, user, tag, device: device === undefined ? undefined : cutOff(device) };
  births.announce(request, birth);
  try {
    await called(done => sessionOf(request).regenerate(done));
    if (births.idOf(birth) === undefined)
      throw invalidOption(
        "logIn needs the store's ids: set genid (express-session) or idGenerator (@fastify/session) to store.idGenerator.",
      );
    await called(done => sessionOf(request).save(done));
    tellLateLogIn(answer, site);
  } catch (error) {
    await withdraw(framework, births.idOf(birth));
    throw error;
  } finally {
    births.done(request, birth);
  }
}

function isGiven({ login, authenticatedAt }: Proof): boolean {
  return login !== undefined || authenticatedAt !== undefined;
}

function sessionOf({ session }: LogInRequest): RequestSession {
  if (!isSession(session))
    throw invalidArgument(
      'logIn takes a request that has a session: the session middleware comes before it.',
    );
  return session;
}

function isSession(session: unknown): session is RequestSession {
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

/** What failed may have been stored all the same, and must not be saved when the request ends. */
async function withdraw(framework: Framework, id: string | undefined): Promise<void> {
  if (id === undefined) return;
  try {
    await endSession(framework, id, keyOf(id), 'withdrawn');
  } catch (error) {
    // Nobody has its cookie: it expires unused.
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/** @param request of a browser; what a job or a socket hands on in its place may have no headers */
export function userAgentOf(request: unknown): string | undefined {
  const { headers }: { headers?: unknown } = Object(request);
  const { 'user-agent': agent }: { 'user-agent'?: unknown } = Object(headers);
  return typeof agent === 'string' && agent !== '' ? agent : undefined;
}
