import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server, Http2Session, ServerHttp2Stream } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { scopeOfRequest } from '../../guard/runtime/request/http-requests.ts';
import { leaveRequest } from '../../guard/runtime/request/scope.ts';
import { clock, setImmediate } from '../../platform/time/clock.ts';
import { askToClose, closeInStages, readRest } from './connection.ts';
import { Connections } from './connections.ts';
import type { Deadline } from './deadline.ts';
import { Http2Sessions } from './http2-sessions.ts';
import { Refusals } from './refusals.ts';
import { ServerEvents } from './server-events.ts';

export type HttpServer = Server | HttpsServer | Http2Server | Http2SecureServer;

/** The events of a request, and those of a connection that is to speak another protocol. */
const ofRequests = ['request', 'checkContinue', 'checkExpectation'] as const;
const ofUpgrades = ['upgrade', 'connect'] as const;

/** For how long no connection must have come before the port is closed: those on their way would be reset. In milliseconds. */
const quietMS = 100;

/** How long clients that go on connecting can hold the port open after the work is done, in milliseconds, and in rounds of input. */
export const hurriedMS = 1000;
const hurriedRounds = 100;

/** So many rounds in a row: in a round, a client may come after the server has looked. */
const quietRounds = 2;

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
  readonly #refusals = new Refusals();
  readonly #events: ServerEvents;
  #phase: 'serving' | 'announced' | 'refusing' = 'serving';
  /** How many have connected so far, and when the last one did. */
  #arrived = 0;
  #arrivedAt = -Infinity;

  constructor(server: HttpServer) {
    this.#server = server;
    const events = (this.#events = new ServerEvents(server));
    const late = () => this.#phase === 'refusing';
    const tls = 'setSecureContext' in server;
    // Of TLS, the requests have the socket of `secureConnection`; that of `connection` is below it.
    events.on('connection', () => {
      this.#arrived += 1;
      this.#arrivedAt = clock.now();
    });
    events.on(tls ? 'secureConnection' : 'connection', socket => {
      if (!speaksHttp2(server, socket)) this.#connections.add(socket as Duplex, late());
    });
    for (const event of ofRequests) {
      events.watch(event, (request, response) =>
        this.#note(request as IncomingMessage, response as ServerResponse),
      );
    }
    for (const event of ofUpgrades) {
      events.watch(event, (_request, socket) => {
        this.#connections.add(socket as Duplex, false).upgraded = true;
      });
    }
    events.on('session', session => this.#sessions.add(session as Http2Session, late()));
    events.on('stream', stream => this.#sessions.note(stream as ServerHttp2Stream));
  }

  /** From now on every answer closes its connection. */
  announce(): void {
    this.#phase = 'announced';
    this.#sessions.announce();
    this.#connections.askAllToClose();
    for (const event of ofRequests) {
      this.#events.stepBefore(event, (request, response) => {
        const isBegun = this.#request(request as IncomingMessage, response as ServerResponse);
        if (!isBegun) endScope(request as IncomingMessage);
        return isBegun;
      });
    }
    for (const event of ofUpgrades)
      this.#events.stepBefore(event, (_request, socket) => this.#upgrade(socket as Duplex));
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

  /**
   * Closes the connections that have asked nothing for this time.
   * @returns whether all are closed now, and nobody has come for a moment
   */
  closeIdle(idleMS: number): boolean {
    this.#connections.closeIdle(idleMS);
    this.#sessions.closeIdle(idleMS);
    const idle = this.#connections.size === 0 && this.#sessions.size === 0;
    const latest = Math.max(this.#connections.latestAt, this.#sessions.latestAt);
    return idle && clock.now() - latest >= quietMS;
  }

  /**
   * From now on nobody can connect. Those who are connected already still get their answer. The system resets who waits at the
   * port in the moment in which it is closed: so it is closed after a round of input in which nobody came.
   *
   * Clients that connect again as soon as they are refused would come in every round: their answers wait until it is closed.
   */
  async closePort(deadline: Deadline): Promise<void> {
    this.#refusals.hold();
    const start = clock.now();
    await deadline.until(() => {
      const now = clock.now();
      return now - Math.max(this.#arrivedAt, this.activeAt) >= quietMS || now - start >= hurriedMS;
    });
    await this.#untilNobodyWaits(deadline);
    this.#closePort();
    this.#refusals.release();
  }

  /** The system may hand out one connection a round: those that wait come in as many rounds. */
  async #untilNobodyWaits(deadline: Deadline): Promise<void> {
    const start = clock.now();
    let quiet = 0;
    for (let round = 0; quiet < quietRounds && deadline.left() > 0; round += 1) {
      if (round >= hurriedRounds && clock.now() - start >= hurriedMS) return;
      const known = this.#arrived;
      await new Promise(resolve => setImmediate(resolve));
      quiet = known === this.#arrived ? quiet + 1 : 0;
    }
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
    if (connection.late && connection.last === undefined) {
      connection.last = response;
      closeInStages(connection);
      this.#refusals.request(request, response);
      return false;
    }
    if (!connection.late && !connection.isEnded && askToClose(connection, response)) return true;
    // It was sent behind the last one that is answered.
    connection.requests.delete(response);
    readRest(request);
    return false;
  }

  #upgrade(socket: Duplex): boolean {
    if (this.#phase === 'announced') return true;
    Object.assign(this.#connections.add(socket, false), { upgraded: false, isEnded: true });
    this.#refusals.upgrade(socket);
    return false;
  }
}

/** The preload has made the request a scope. It is not begun, and nothing waits for it. */
function endScope(request: IncomingMessage): void {
  const scope = scopeOfRequest(request);
  if (scope !== undefined) leaveRequest(scope);
}

/** A server of HTTP/2 over TLS may speak HTTP/1 with some of its clients. */
function speaksHttp2(server: HttpServer, socket: unknown): boolean {
  if (!('updateSettings' in server)) return false;
  if (!('setSecureContext' in server)) return true;
  return typeof socket === 'object' && socket !== null && Reflect.get(socket, 'alpnProtocol') === 'h2';
}
