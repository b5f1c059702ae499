import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import { clock } from '../../../platform/time/clock.ts';
import { beginLogIn, type LogIn, type Proof } from '../../sessions/log-in.ts';
import type { StoreContext } from '../../sessions/store-context.ts';
import { userNameOf } from './user-name.ts';

/** When the log-in of a request has begun. */
interface Begun {
  /** By the monotonic clock. */
  readonly tick: number;
  login: LogIn | undefined;
}

/**
 * Log-ins that have begun, so that a log-out everywhere stops them even if another library creates their session. The user may
 * be unknown when a log-in begins: then its time decides.
 */
export class GuardedLogIns {
  readonly #byRequest = new WeakMap<object, Begun>();
  /** For frameworks in which a session has no link to its request. */
  readonly #requests = new Set<WeakRef<object>>();

  /** The users whose log-ins were refused, by session. */
  readonly #refused = new WeakMap<object, string>();

  /** Called before the password is checked. @param userOf returns the name in the form, which may not be a user at all */
  async begin(
    context: StoreContext,
    request: object,
    userOf: ((request: never) => unknown) | undefined,
  ): Promise<void> {
    if (this.#byRequest.has(request)) return;
    const begun: Begun = { tick: clock.now(), login: undefined };
    this.#dropForgotten();
    this.#byRequest.set(request, begun);
    this.#requests.add(new WeakRef(request));
    // It is called with the request of its own framework.
    const user = usable(await userOf?.(request as never));
    if (user !== undefined) begun.login = await beginLogIn(context, user);
  }

  /** The proof for a user that a session has got. */
  proofFor(session: object, user: string): Proof {
    const request = this.#requestOf(session);
    return request === undefined ? {} : this.proofIn(request, user);
  }

  proofIn(request: object, user: string): Proof {
    const begun = this.#byRequest.get(request);
    if (begun === undefined) return {};
    if (begun.login?.user === user) return { login: begun.login };
    // The form had another name of the user, or no name.
    return { authenticatedAt: Date.now() - (clock.now() - begun.tick) };
  }

  /**
   * Frameworks save again when the response ends. That would refuse the log-in a second time, in the middle of the response
   * that reports the first refusal.
   * @param user the user that the session would get
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
      const isRefused = error instanceof SessionGuardError && error.code === codes.storeLogInRefused;
      if (isRefused && user !== undefined) this.#refused.set(session, user);
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

  /** The oldest come first, so that a flood of failing log-ins leaves nothing in memory. */
  #dropForgotten(): void {
    for (const reference of this.#requests) {
      if (reference.deref() !== undefined) return;
      this.#requests.delete(reference);
    }
  }
}

/** A form can contain anything. */
function usable(given: unknown): string | undefined {
  try {
    return given === undefined || given === null ? undefined : userNameOf(given, '');
  } catch {
    return undefined;
  }
}
