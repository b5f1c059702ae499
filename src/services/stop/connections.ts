import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { clock } from '../../platform/clock.ts';

/** One connection of HTTP/1. */
export interface Connection {
  /** Its requests that are not answered. */
  readonly requests: Map<ServerResponse, IncomingMessage>;
  /** Since when it has had none, and has sent nothing. */
  idleSince: number;
  bytesRead: number;
  /** It came when new work was refused. */
  readonly late: boolean;
  /** It speaks another protocol now (a WebSocket), of which nothing is known. */
  upgraded: boolean;
}

/** The connections of one server, and the requests that are being answered on them. */
export class Connections {
  readonly #known = new Map<Duplex, Connection>();
  /** When the last one came. */
  latestAt = -Infinity;

  add(socket: Duplex, late: boolean): Connection {
    const known = this.#known.get(socket);
    if (known !== undefined) return known;
    const now = clock.now();
    const made: Connection = {
      requests: new Map(),
      idleSince: now,
      bytesRead: 0,
      late,
      upgraded: false,
    };
    this.latestAt = now;
    this.#known.set(socket, made);
    socket.once('close', () => this.#known.delete(socket));
    return made;
  }

  note(request: IncomingMessage, response: ServerResponse): Connection {
    const { socket } = request;
    const connection = this.add(socket, false);
    connection.requests.set(response, request);
    response.once('close', () => {
      connection.requests.delete(response);
      connection.idleSince = clock.now();
      connection.bytesRead = socket.bytesRead;
    });
    return connection;
  }

  /** The requests that were begun before new work was refused. */
  open(): { readonly request: IncomingMessage; readonly response: ServerResponse }[] {
    return [...this.#known.values()]
      .filter(({ late }) => !late)
      .flatMap(({ requests }) => [...requests].map(([response, request]) => ({ request, response })));
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
        connection.idleSince = now;
      } else if (now - connection.idleSince >= forMS) socket.destroy();
    }
  }

  cut(): void {
    for (const socket of this.#known.keys()) socket.destroy();
  }
}
