export type Listener = (...args: unknown[]) => void;

/** The events of servers of HTTP/1 and HTTP/2 are not of one type. */
interface Emitter {
  on(event: string, listener: Listener): unknown;
  prependListener(event: string, listener: Listener): unknown;
  removeAllListeners(event: string): unknown;
  listeners(event: string): ((...args: never[]) => unknown)[];
  listenerCount(event: string): number;
}

/** Listens to a server before its application does. */
export class ServerEvents {
  readonly #server: Emitter;
  /** Our own listeners of the events that the application answers. */
  readonly #own = new Map<string, Listener>();

  constructor(server: object) {
    this.#server = server as Emitter;
  }

  on(event: string, listener: Listener): void {
    this.#server.prependListener(event, listener);
  }

  /** As `on`, if the application listens, now or later: a listener of our own alone would change what Node does with the event. */
  watch(event: string, listener: Listener): void {
    const watch = () => {
      if (this.#own.has(event)) return;
      this.#own.set(event, listener);
      this.on(event, listener);
    };
    if (this.#server.listenerCount(event) > 0) watch();
    else this.#server.on('newListener', added => added === event && watch());
  }

  /** Asks before the listeners that the application has given to the server. */
  stepBefore(event: string, decide: (...args: unknown[]) => boolean): void {
    const server = this.#server;
    const listeners = server.listeners(event);
    if (listeners.length === 0) return;
    const own = this.#own.get(event);
    const others = listeners.filter(listener => listener !== own);
    server.removeAllListeners(event);
    server.on(event, (...args) => {
      // Ours counts.
      own?.(...args);
      if (decide(...args)) for (const listener of others) Reflect.apply(listener, server, args);
    });
  }
}
