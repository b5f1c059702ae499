export type Listener = (...args: unknown[]) => void;

/** The events of servers of HTTP/1 and HTTP/2 are not of one type. */
interface Emitter {
  on(event: string, listener: Listener): unknown;
  prependListener(event: string, listener: Listener): unknown;
  removeListener(event: string, listener: Listener): unknown;
  removeAllListeners(event: string): unknown;
  listeners(event: string): ((...args: never[]) => unknown)[];
  rawListeners(event: string): ((...args: never[]) => unknown)[];
  listenerCount(event: string): number;
}

/** Listens to a server before its application does. */
export class ServerEvents {
  readonly #server: Emitter;
  /** Our own listeners of the events that the application answers. */
  readonly #own = new Map<string, Listener>();

  constructor(server: object) {
    this.#server = server as Emitter;
    this.#server.on('newListener', (event, listener) => this.#added(String(event), listener));
    this.#server.on('removeListener', event => this.#removed(String(event)));
  }

  on(event: string, listener: Listener): void {
    this.#server.prependListener(event, listener);
  }

  /** As `on`, while the application listens: a listener of our own alone would change what Node does with the event. */
  watch(event: string, listener: Listener): void {
    this.#own.set(event, listener);
    if (this.#server.listenerCount(event) > 0) this.on(event, listener);
  }

  /** The application listens, perhaps again: some libraries take all listeners off, and put theirs in their place. */
  #added(event: string, listener: unknown): void {
    const own = this.#own.get(event);
    if (own === undefined || own === listener || this.#server.listeners(event).includes(own)) return;
    this.on(event, own);
  }

  #removed(event: string): void {
    const own = this.#own.get(event);
    if (own === undefined || this.#server.listeners(event).some(listener => listener !== own)) return;
    this.#server.removeListener(event, own);
  }

  /** Asks before the listeners that the application has given to the server. */
  stepBefore(event: string, decide: (...args: unknown[]) => boolean): void {
    const server = this.#server;
    const own = this.#own.get(event);
    // A listener that is called once is still called once.
    const others = server.rawListeners(event).filter(listener => listener !== own);
    if (others.length === 0) return;
    this.#own.delete(event);
    server.removeAllListeners(event);
    server.on(event, (...args) => {
      // Ours counts.
      own?.(...args);
      if (decide(...args)) for (const listener of others) Reflect.apply(listener, server, args);
    });
  }
}
