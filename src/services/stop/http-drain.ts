import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server, Http2Session, ServerHttp2Stream } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { clock, setImmediate } from '../../platform/clock.ts';
import { askToClose, Connections } from './connections.ts';
import type { Deadline } from './deadline.ts';
import { Http2Sessions } from './http2-sessions.ts';

export type HttpServer = Server | HttpsServer | Http2Server | Http2SecureServer;

type Listener = (...args: unknown[]) => void;

/** For how long no connection must have come before the port is closed: those on their way would be reset. In milliseconds. */
const quietMS = 100;

/** How long clients that go on connecting can hold the port open after the work is done, in milliseconds, and in rounds of input. */
export const hurriedMS = 1000;
const hurriedRounds = 100;

// oxlint-disable-next-line typescript/unbound-method -- it is given its server
const closeListening = net.Server.prototype.close;

/**
 * The end of one server of HTTP, without a request that is answered by a reset: connections are closed by an answer
 * (`Connection: close`), or when their clients have been silent; the port is closed last.
 */
export class HttpDrain {
  readonly #server: HttpServer;
  readonly #connections = new Connections();
  readonly #sessions = new Http2Sessions();
  #phase: 'serving' | 'announced' | 'refusing' = 'serving';
  #watchesUpgrades = false;
  /** How many have connected so far. */
  #arrived = 0;

  constructor(server: HttpServer) {
    this.#server = server;
    const on = (event: string, listener: Listener) => untyped(server).prependListener(event, listener);
    const late = () => this.#phase === 'refusing';
    const tls = 'setSecureContext' in server;
    // Of TLS, the requests have the socket of `secureConnection`; that of `connection` is below it.
    on('connection', () => (this.#arrived += 1));
    on(tls ? 'secureConnection' : 'connection', socket => {
      if (!speaksHttp2(server, socket)) this.#connections.add(socket as Duplex, late());
    });
    on('request', (request, response) => this.#note(request as IncomingMessage, response as ServerResponse));
    on('session', session => this.#sessions.add(session as Http2Session, late()));
    on('stream', stream => this.#sessions.note(stream as ServerHttp2Stream));
    this.#watchUpgrades();
  }

  /** From now on every answer closes its connection. */
  announce(): void {
    this.#phase = 'announced';
    this.#sessions.announce();
    this.#connections.askAllToClose();
    this.#stepBefore('request', (request, response) =>
      this.#request(request as IncomingMessage, response as ServerResponse),
    );
    this.#stepBefore('upgrade', (_request, socket) => this.#upgrade(socket as Duplex));
  }

  /** New connections are answered with 503. Those that exist are still served, once each. */
  refuse(): void {
    this.#phase = 'refusing';
  }

  /** The requests that are being answered, of HTTP/1; those of HTTP/2 are a number. */
  open(): readonly IncomingMessage[] {
    return this.#connections.open();
  }

  get streams(): number {
    return this.#sessions.open;
  }

  get upgraded(): number {
    return this.#connections.upgraded;
  }

  /** When a connection came, sent something, or got an answer, for the last time. */
  get activeAt(): number {
    return Math.max(this.#connections.activeAt, this.#sessions.activeAt);
  }

  /** Everything is answered and closed, and nobody has come for a moment. */
  isOver(idleMS: number): boolean {
    this.#connections.closeIdle(idleMS);
    this.#sessions.closeIdle(idleMS);
    const idle = this.#connections.size === 0 && this.#sessions.size === 0;
    const latest = Math.max(this.#connections.latestAt, this.#sessions.latestAt);
    return idle && clock.now() - latest >= quietMS;
  }

  /**
   * From now on nobody can connect. Those who are connected already still get their answer. The system resets who waits at the
   * port in the moment in which it is closed: so it is closed after a round of input in which nobody came.
   */
  async closePort(deadline: Deadline): Promise<void> {
    const start = clock.now();
    let rounds = 0;
    for (let known = -1; known !== this.#arrived && deadline.left() > 0; rounds += 1) {
      if (clock.now() - start >= hurriedMS && rounds >= hurriedRounds) break;
      known = this.#arrived;
      await new Promise(resolve => setImmediate(resolve));
    }
    this.#closePort();
  }

  /** Cuts what is left. */
  close(): void {
    this.#closePort();
    this.#sessions.cut();
    this.#connections.cut();
    if ('closeAllConnections' in this.#server) this.#server.closeAllConnections();
  }

  #closePort(): void {
    const server = this.#server;
    if (!server.listening) return;
    // The server's own `close` would destroy the connections that are silent in this moment.
    if ('updateSettings' in server) {
      Reflect.apply(closeListening, server, []);
      return;
    }
    const closeIdle: unknown = Reflect.get(server, 'closeIdleConnections');
    server.closeIdleConnections = () => {};
    server.close();
    Reflect.set(server, 'closeIdleConnections', closeIdle);
  }

  #note(request: IncomingMessage, response: ServerResponse): void {
    // Requests of HTTP/2 are counted as streams.
    if (request.httpVersionMajor < 2) this.#connections.note(request, response);
  }

  /** @returns whether the application gets it */
  #request(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.httpVersionMajor >= 2) return true;
    const connection = this.#connections.add(request.socket, false);
    if (!connection.late) return askToClose(connection, response);
    refuse(request, response);
    return false;
  }

  #upgrade(socket: Duplex): boolean {
    if (this.#phase === 'announced') return true;
    socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return false;
  }

  /** Asks before the listeners that the application has given to the server. */
  #stepBefore(event: 'request' | 'upgrade', decide: (...args: unknown[]) => boolean): void {
    const server = untyped(this.#server);
    const listeners = server.listeners(event);
    if (listeners.length === 0) return;
    const [own, ...others] = listeners;
    server.removeAllListeners(event);
    server.on(event, (...args: unknown[]) => {
      // The first one is ours: it counts.
      if (own !== undefined) Reflect.apply(own, server, args);
      if (decide(...args)) for (const listener of others) Reflect.apply(listener, server, args);
    });
  }

  /** A listener of our own where the application has none would change what Node does with an upgrade. */
  #watchUpgrades(): void {
    const server = untyped(this.#server);
    const watch = () => {
      if (this.#watchesUpgrades) return;
      this.#watchesUpgrades = true;
      server.prependListener('upgrade', (_request: unknown, socket: Duplex) => {
        this.#connections.add(socket, false).upgraded = true;
      });
    };
    if (server.listenerCount('upgrade') > 0) watch();
    else server.on('newListener', event => event === 'upgrade' && watch());
  }
}

/** The body is read first: an answer over a body that is not read is lost in a reset. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  request.once('end', () => {
    response.writeHead(503, { connection: 'close', 'retry-after': '1', 'content-type': 'text/plain' });
    response.end('This instance is stopping. Ask another one.\n');
  });
}

/** A server of HTTP/2 over TLS may speak HTTP/1 with some of its clients. */
function speaksHttp2(server: HttpServer, socket: unknown): boolean {
  if (!('updateSettings' in server)) return false;
  if (!('setSecureContext' in server)) return true;
  return typeof socket === 'object' && socket !== null && Reflect.get(socket, 'alpnProtocol') === 'h2';
}

interface Emitter {
  on(event: string, listener: Listener): unknown;
  prependListener(event: string, listener: Listener): unknown;
  prependListener(event: string, listener: (request: unknown, socket: Duplex) => void): unknown;
  removeAllListeners(event: string): unknown;
  listeners(event: string): ((...args: never[]) => unknown)[];
  listenerCount(event: string): number;
}

/** The events of servers of HTTP/1 and HTTP/2 are not of one type. */
function untyped(server: HttpServer): Emitter {
  return server as unknown as Emitter;
}
