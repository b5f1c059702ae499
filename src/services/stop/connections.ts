import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { clock } from '../../platform/time/clock.ts';
import { askToClose, type Connection } from './connection.ts';

/** How long the first request of a connection may take to come, at least: its client has connected to ask. In milliseconds. */
const firstMS = 1000;

/** The connections of one server, and the requests that are being answered on them. */
export class Connections {
  readonly #known = new Map<Duplex, Connection>();
  /** When the last one came. */
  latestAt = -Infinity;
  /** When one came, sent something, or got an answer for the last time. */
  activeAt = -Infinity;

  add(socket: Duplex, late: boolean): Connection {
    const known = this.#known.get(socket);
    if (known !== undefined) return known;
    const now = clock.now();
    const made: Connection = {
      socket,
      requests: new Map(),
      idleSince: now,
      bytesRead: 0,
      hasAsked: false,
      late,
      last: undefined,
      closesInStages: false,
      isEnded: false,
      upgraded: false,
    };
    this.latestAt = this.activeAt = now;
    this.#known.set(socket, made);
    socket.once('close', () => this.#known.delete(socket));
    return made;
  }

  note(request: IncomingMessage, response: ServerResponse): Connection {
    const { socket } = request;
    const connection = this.add(socket, false);
    if (connection.isEnded) return connection;
    connection.requests.set(response, request);
    connection.hasAsked = true;
    response.once('close', () => {
      connection.requests.delete(response);
      this.activeAt = connection.idleSince = clock.now();
      connection.bytesRead = socket.bytesRead;
    });
    return connection;
  }

  /** Every connection is to be closed by the answer to the request that it has sent last. */
  askAllToClose(): void {
    for (const connection of this.#known.values()) {
      const latest = [...connection.requests.keys()].at(-1);
      if (latest !== undefined) askToClose(connection, latest);
    }
  }

  /** The requests that were begun before new work was refused. */
  open(): readonly IncomingMessage[] {
    const open: IncomingMessage[] = [];
    for (const { late, requests } of this.#known.values()) if (!late) open.push(...requests.values());
    return open;
  }

  get upgraded(): number {
    return [...this.#known.values()].filter(({ upgraded }) => upgraded).length;
  }

  get size(): number {
    return this.#known.size;
  }

  /**
   * Closes connections that have asked nothing for some time. A client that is about to ask would get a reset in place of an
   * answer: the longer the time, the less often this happens.
   */
  closeIdle(forMS: number): void {
    const now = clock.now();
    for (const [socket, connection] of this.#known) {
      if (connection.requests.size > 0 || connection.upgraded) continue;
      const bytesRead = 'bytesRead' in socket ? Number(socket.bytesRead) : 0;
      if (bytesRead !== connection.bytesRead) {
        // A request is arriving.
        connection.bytesRead = bytesRead;
        this.activeAt = connection.idleSince = now;
      } else if (now - connection.idleSince >= (connection.hasAsked ? forMS : Math.max(forMS, firstMS)))
        socket.destroy();
    }
  }

  cut(): void {
    for (const socket of this.#known.keys()) socket.destroy();
  }
}
