import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import { clock } from '../../session/clock.ts';
import { beginLogIn, type LogIn, type Proof } from '../sessions/log-in.ts';
import type { Parts } from '../sessions/parts.ts';
import { userNameOf } from './user-name.ts';

/** When the log-in of a request has begun. */
interface Begun {
  /** By the monotonic clock. */
  readonly tick: number;
  login: LogIn | undefined;
}

/**
 * Log-ins that have begun, so that a log-out everywhere stops them although another library makes their session. Whose they are
 * need not be known when they begin: then their time decides.
 */
export class LogInFences {
  readonly #byRequest = new WeakMap<object, Begun>();
  /** Where a session does not lead to its request. */
  readonly #requests = new Set<WeakRef<object>>();

  /** The users that sessions were refused. */
  readonly #refused = new WeakMap<object, string>();

  /** Before the password is checked. @param userOf what the form says, which need not be a user at all */
  async begin(
    parts: Parts,
    request: object,
    userOf: ((request: never) => unknown) | undefined,
  ): Promise<void> {
    if (this.#byRequest.has(request)) return;
    const begun: Begun = { tick: clock.now(), login: undefined };
    this.#dropForgotten();
    this.#byRequest.set(request, begun);
    this.#requests.add(new WeakRef(request));
    // It is called with the request that it was given for.
    const user = usable(await userOf?.(request as never));
    if (user !== undefined) begun.login = await beginLogIn(parts, user);
  }

  /** For a user whom a session has got. */
  proofFor(session: object, user: string): Proof {
    const request = this.#requestOf(session);
    return request === undefined ? {} : this.proofIn(request, user);
  }

  proofIn(request: object, user: string): Proof {
    const begun = this.#byRequest.get(request);
    if (begun === undefined) return {};
    if (begun.login?.user === user) return { login: begun.login };
    // The form had another name of the user, or none.
    return { authenticatedAt: Date.now() - (clock.now() - begun.tick) };
  }

  /**
   * Frameworks save once more when the answer ends, which would refuse the log-in a second time, in the midst of the answer that
   * tells of it.
   * @param user whose session it is to be
   */
  async unlessRefused(
    session: object,
    user: string | undefined,
    { save, refused }: { readonly save: () => Promise<void>; readonly refused: () => void },
  ): Promise<void> {
    if (user !== undefined && this.#refused.get(session) === user) return refused();
    try {
      await save();
    } catch (error) {
      const isFenced = error instanceof SessionGuardError && error.code === codes.storeLogInFenced;
      if (isFenced && user !== undefined) this.#refused.set(session, user);
      throw error;
    }
  }

  #requestOf(session: object): object | undefined {
    const { req }: { req?: unknown } = session;
    if (typeof req === 'object' && req !== null && this.#byRequest.has(req)) return req;
    for (const reference of this.#requests) {
      const request: { session?: unknown } | undefined = reference.deref();
      if (request?.session === session) return request;
    }
    return undefined;
  }

  /** The oldest come first, so that a flood of log-ins that fail leaves nothing behind. */
  #dropForgotten(): void {
    for (const reference of this.#requests) {
      if (reference.deref() !== undefined) return;
      this.#requests.delete(reference);
    }
  }
}

/** Anybody can send anything in a form. */
function usable(given: unknown): string | undefined {
  try {
    return given === undefined || given === null ? undefined : userNameOf(given, '');
  } catch {
    return undefined;
  }
}
