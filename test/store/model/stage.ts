import { promisify } from 'node:util';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { mintId, randomUserKey } from '../../../src/store/ids/session-id.ts';
import type { Live, LogIn, SessionStore } from '../../../src/store/index.ts';
import { storeOn } from '../support/altered.ts';
import { AtOnceBackend, SteppedBackend, type Step, Storage } from './stepped-backend.ts';

export type Data = Record<string, unknown>;

/** The user of the sessions. */
export const ann = 'ann';
export const ben = 'ben';

/** A process: a store and the adapter of a framework, with their own memory. */
export interface Process {
  readonly store: SessionStore<Data>;
  /** Reads a session as a request does. */
  readonly get: (id: string) => Promise<Data | null | undefined>;
  /** Saves the session of a request. */
  readonly set: (id: string, session: Data) => Promise<void>;
  /** Makes the session of a request that had none. */
  readonly generate: (id: string) => Data;
}

/** The sessions that exist before the program begins. */
export interface Cast {
  /** Ann's, by an id in the tag of ann. */
  readonly byId: Live<Data>;
  /** Ann's, by an id that a framework made, and that it had before it was hers. */
  readonly byAlias: Live<Data>;
  /** Nobody's. */
  readonly visitor: Live<Data>;
  /** Nobody's, by an id that a framework made. */
  readonly foreignVisitor: Live<Data>;
  /** A log-in of ann that has begun. */
  readonly logIn: LogIn;
}

export type Kind = 'in steps' | 'at once';

const atOnce: Step = async () => {};

/** Decides which request reaches the server next, as a scheduler of fast-check does. */
export interface Order {
  schedule(task: Promise<void>, label: string): Promise<void>;
  /** Lets requests through until the work is done. */
  waitFor<R>(work: Promise<R>): Promise<R>;
}

/** One server and the processes that ask it. */
export class Stage {
  readonly storage = new Storage();
  readonly #kind: Kind;
  readonly #order: Order;
  #ticks = 0;

  constructor(kind: Kind, order: Order) {
    this.#kind = kind;
    this.#order = order;
  }

  /** How many steps all processes have made. */
  get ticks(): number {
    return this.#ticks;
  }

  /**
   * A process whose requests reach the server when the scheduler lets them.
   * @param reaches how many of its requests reach the server at most, as when it dies or loses its network
   */
  scheduled(name: string, reaches = Number.POSITIVE_INFINITY): Process & { readonly step: Step } {
    let count = -1; // its begin is not a request
    const step: Step = async command => {
      await this.#order.schedule(Promise.resolve(), `${name}: ${command}`);
      this.#ticks += 1;
      count += 1;
      if (count > reaches) throw new Error('The server cannot be reached.');
    };
    return { ...this.#process(step), step };
  }

  /** A process that is not disturbed, for what comes before and after. */
  alone(): Process {
    return this.#process(atOnce);
  }

  #process(step: Step): Process {
    const Backend = this.#kind === 'at once' ? AtOnceBackend : SteppedBackend;
    const store = storeOn(new Backend(this.storage, step), { coalesce: false, setUp: false });
    const adapter = new ExpressSessionStore(store, { userOf, onUserChange: 'report' });
    adapter.on('userChanged', () => {});
    adapter.on('sessionEnded', () => {});
    adapter.generate = request => {
      Object.assign(request.session, { cookie: {} });
    };
    return {
      store,
      get: promisify((id: string, done: (error: unknown, found?: Data | null) => void) =>
        adapter.get(id, (error, found) => done(error, found as unknown as Data)),
      ),
      set: promisify((id: string, session: Data, done: (error: unknown) => void) =>
        adapter.set(id, session as never, done),
      ),
      generate(id) {
        const session: Data = {};
        adapter.generate({ session, sessionID: id });
        return session;
      },
    };
  }

  /** @param revoked whether ann was logged out everywhere before */
  async cast(revoked: boolean): Promise<Cast> {
    const { store, ...requests } = this.alone();
    if (revoked) await store.destroyAll(ann);
    const foreign = async (user: string | undefined): Promise<Live<Data>> => {
      const id = newForeignId();
      await requests.set(id, requests.generate(id));
      const session = user === undefined ? undefined : await requests.get(id);
      if (session) await requests.set(id, Object.assign(session, { user }));
      return living(await store.get(id));
    };
    return {
      byId: await store.create({}, { user: ann }),
      byAlias: await foreign(ann),
      visitor: await store.create({}),
      foreignVisitor: await foreign(undefined),
      logIn: await store.beginLogIn(ann),
    };
  }
}

/** In the form of the store's own ids, and outside the tag of any user. */
export function newForeignId(): string {
  return mintId(randomUserKey());
}

function userOf(session: object): string | undefined {
  return (session as { readonly user?: string }).user;
}

function living(session: Live<Data> | null): Live<Data> {
  if (session === null) throw new Error('It has ended.');
  return session;
}
