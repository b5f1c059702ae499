import { invalidArgument, invalidOption } from '../../../errors/errors.ts';
import type { StandIn } from '../session/renew-id.ts';

/** A request of an application with the plugin. */
export interface SessionRequest {
  session?: unknown;
}

/** The parts of the plugin's session object that are needed to replace it. */
interface PluginSession {
  cookie: unknown;
  readonly sessionId: string;
  regenerate(keys: string[], done: () => void): unknown;
  save(done: (error?: unknown) => void): unknown;
}

/**
 * Lets the plugin create a new session object for a request, under an id that was made before: the plugin's class and its
 * signer cannot be reached in another way. Meanwhile its store does nothing.
 */
export class StandIns {
  #id: string | undefined;

  /** The id for the plugin, while it creates a stand-in. */
  get id(): string | undefined {
    return this.#id;
  }

  /** @param markName the property of a session object that must not be copied */
  make(request: SessionRequest, id: string, markName: string): StandIn {
    const { session } = request;
    const undo = (): void => {
      request.session = session;
    };
    if (!isPluginSession(session))
      throw invalidArgument('This takes a request of an application with @fastify/session.');
    const names = Object.keys(session).filter(name => name !== 'cookie' && name !== markName);
    this.#id = id;
    try {
      session.regenerate(names, () => {});
    } finally {
      this.#id = undefined;
    }
    const { session: made } = request;
    if (!isPluginSession(made) || made.sessionId !== id) {
      undo();
      throw invalidOption(
        "A new id for a session needs the store's ids: set idGenerator (@fastify/session) to store.idGenerator.",
      );
    }
    made.cookie = session.cookie;
    return { session: made, undo };
  }
}

/** The plugin sets the cookie of a session that was saved. */
export async function saved(session: object | undefined): Promise<void> {
  if (!isPluginSession(session)) return;
  await new Promise<void>((resolve, reject) => {
    session.save(error => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

function isPluginSession(session: unknown): session is PluginSession {
  if (typeof session !== 'object' || session === null) return false;
  const { regenerate, save }: { regenerate?: unknown; save?: unknown } = session;
  return typeof regenerate === 'function' && typeof save === 'function' && 'sessionId' in session;
}
